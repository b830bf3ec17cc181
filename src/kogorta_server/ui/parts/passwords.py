"""The form for a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from kogorta_server.accounts.models import User
from kogorta_server.ui.ask import Ask

LONGEST = 200


class NewPasswordForm(forms.Form):
    """A password, twice, that nobody guesses."""

    password = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput)
    again = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput)

    def __init__(self, ask: Ask, user: User, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self._ask, self._user = ask, user
        self.fields["password"].label = ask.t.gettext("New password")
        self.fields["password"].help_text = ask.t.gettext(
            "At least 10 characters; a few words that do not belong together are good."
        )
        self.fields["again"].label = ask.t.gettext("The same once more")
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "new-password"}

    def clean_password(self) -> str:
        """Refuse what is easily guessed."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        values = super().clean() or self.cleaned_data
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", self._ask.t.gettext("The two are not the same."))
        return values


class OldPasswordForm(NewPasswordForm):
    """A new password, by somebody who knows the old one."""

    field_order = ("old", "password", "again")
    old = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput)

    def __init__(self, ask: Ask, user: User, *args: object, **more: object) -> None:
        super().__init__(ask, user, *args, **more)
        self.fields["old"].label = ask.t.gettext("Present password")
        self.fields["old"].widget.attrs |= {"autocomplete": "current-password"}

    def clean_old(self) -> str:
        """Refuse who does not know it."""
        return known_password(self._ask, self._user, self.cleaned_data["old"])


class PasswordForm(forms.Form):
    """The present password, asked again before something that a stranger at an open browser must not do."""

    password = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput)

    def __init__(self, ask: Ask, user: User, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self._ask, self._user = ask, user
        self.fields["password"].label = ask.t.gettext("Present password")
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}

    def clean_password(self) -> str:
        """Refuse who does not know it."""
        return known_password(self._ask, self._user, self.cleaned_data["password"])


def known_password(ask: Ask, user: User, typed: str) -> str:
    """Return a password that is the present one.

    Raises:
        ValidationError: It is not.
    """
    if not user.check_password(typed):
        raise forms.ValidationError(ask.t.gettext("This is not your present password."))
    return typed
