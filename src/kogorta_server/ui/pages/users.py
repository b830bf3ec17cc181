"""People of the company: who may log in, as what."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.errors import AccountError
from kogorta.look.html import Html, el, join, paragraph
from kogorta_server.accounts import people, second
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.people import Account
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import post_button, post_form, status_of
from kogorta_server.ui.parts.listing import Column, listing
from kogorta_server.ui.parts.once import shown_once
from kogorta_server.ui.parts.roles import role_choices, role_name
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import respond


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=200, required=False)
    role = forms.ChoiceField()

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["email"].label = ask.t.gettext("E-mail")
        self.fields["name"].label = ask.t.gettext("Name")
        self.fields["role"] = forms.ChoiceField(
            label=ask.t.gettext("Role"),
            choices=role_choices(ask),
            initial=Role.VIEWER.value,
            widget=forms.RadioSelect,
        )


class StrictForm(forms.Form):
    """Whose second step is asked for."""

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["roles"] = forms.MultipleChoiceField(
            label=ask.t.gettext("Roles"),
            choices=[(role.value, role_name(ask, role)) for role in Role],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


@page("users/", right=Right.USERS, methods=("GET", "HEAD", "POST"))
def users(ask: Ask) -> HttpResponseBase:
    """Show who may log in, and invite somebody."""
    form = InviteForm(ask, ask.request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            account = people.invite(values["email"], Role(values["role"]), values["name"], ask.lang)
        except AccountError as error:
            form.add_error("email", ask.t.say(error.message))
        else:
            record(ask.request, "user.invited", str(account.id), role=account.role)
            return _link_page(ask, account)
    return _list(ask, form)


@page("users/strict/", right=Right.USERS, methods=("POST",))
def users_strict(ask: Ask) -> HttpResponseBase:
    """Say of which roles a second step is asked."""
    form = StrictForm(ask, ask.request.POST)
    if form.is_valid():
        roles = [Role(role) for role in form.cleaned_data["roles"]]
        second.require(roles)
        record(ask.request, "second_step.required", roles=sorted(roles))
        ask.tell(ask.t.gettext("Saved."))
    return HttpResponseRedirect(link("users"))


@page("users/<int:user_id>/", right=Right.USERS, methods=("GET", "HEAD", "POST"))
def user(ask: Ask, user_id: int) -> HttpResponseBase:
    """Show one user, and change what he may do."""
    account = people.one(user_id)
    if ask.request.method == "POST":
        return _change(ask, account)
    return _one(ask, account)


def _change(ask: Ask, account: Account) -> HttpResponseBase:
    wish = ask.request.POST.get("do", "")
    if wish == "link":
        record(ask.request, "user.link_made", str(account.id))
        return _link_page(ask, account)
    try:
        _apply(ask, account, wish)
    except AccountError as error:
        told = [error.message, *([error.hint] if error.hint else [])]
        ask.tell(". ".join(_sentence(ask.t.say(part)) for part in told) + ".", is_bad=True)
    else:
        ask.tell(ask.t.gettext("Saved."))
    return HttpResponseRedirect(link("user", account.id))


def _apply(ask: Ask, account: Account, wish: str) -> None:
    """Do what a button of the page says; what no button says is left alone."""
    role = ask.request.POST.get("role", "")
    if wish == "role" and role in set(Role):
        people.change_role(account.id, Role(role))
        record(ask.request, "user.role_changed", str(account.id), was=account.role, role=role)
    elif wish in {"on", "off"}:
        people.switch(account.id, is_active=wish == "on")
        record(ask.request, f"user.switched_{wish}", str(account.id))
    elif wish == "forget":
        people.forget_second_step(account.id)
        record(ask.request, "second_step.off", str(account.id))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list(ask: Ask, form: InviteForm) -> HttpResponse:
    t = ask.t
    title = t.pgettext("tab", "Users")
    rows = listing(ask, _columns(ask), people.everybody(), caption=title)
    invite = el(
        "section",
        el("h2", t.gettext("Invite somebody")),
        paragraph(
            t.gettext(
                "You get a link to hand over. With it he chooses his password; nobody else ever knows it."
            ),
            class_="muted",
        ),
        post_form(ask, form, t.gettext("Make the link")),
        class_="card",
    )
    strict = StrictForm(ask, initial={"roles": [str(role) for role in second.strict_roles()]})
    must = el(
        "section",
        el("h2", t.gettext("Second step")),
        paragraph(
            t.gettext("Who has one of these roles must prove himself by a code of his phone, too."),
            class_="muted",
        ),
        post_form(ask, strict, t.gettext("Save"), link("users_strict")),
        class_="card",
    )
    return respond(
        ask,
        title,
        settings_tabs(ask, "users"),
        el("div", rows, class_="card"),
        el("div", invite, must, class_="halves"),
        active="settings",
        status=status_of(form),
    )


def _columns(ask: Ask) -> list[Column[Account]]:
    t = ask.t

    def who(row: Account) -> Html:
        name = el("a", row.name or row.email, href=link("user", row.id))
        return join([name, el("span", row.email, class_="contact")]) if row.name else name

    def came(row: Account) -> str:
        return ask.moment(row.last_login) if row.last_login else "—"

    return [
        Column("", t.gettext("User"), who, is_number=False),
        Column("", t.gettext("Role"), lambda row: role_name(ask, row.role), is_number=False),
        Column("", t.gettext("State"), lambda row: _state(ask, row), is_number=False),
        Column(
            "",
            t.gettext("Second step"),
            lambda row: t.gettext("yes") if row.has_second_step else t.gettext("no"),
            is_number=False,
        ),
        Column("", t.gettext("Last came"), came, is_number=False),
    ]


def _state(ask: Ask, row: Account) -> str:
    if not row.is_active:
        return ask.t.gettext("switched off")
    return ask.t.gettext("may log in") if row.has_password else ask.t.gettext("invited, no password yet")


def _one(ask: Ask, account: Account) -> HttpResponse:
    t = ask.t
    notes = [
        (t.gettext("E-mail"), account.email),
        (t.gettext("State"), _state(ask, account)),
        (t.gettext("Second step"), t.gettext("yes") if account.has_second_step else t.gettext("no")),
        (t.gettext("Last came"), ask.moment(account.last_login) if account.last_login else "—"),
    ]
    about = el(
        "section",
        el("h2", t.gettext("Account")),
        el("dl", *[el("div", el("dt", name), el("dd", text)) for name, text in notes], class_="notes"),
        el("div", *_buttons(ask, account), class_="buttons"),
        class_="card",
    )
    role = RoleForm(ask, initial={"role": account.role.value})
    roles = el(
        "section",
        el("h2", t.gettext("Role")),
        post_form(ask, role, t.gettext("Save")),
        class_="card",
    )
    deeds = el("p", el("a", t.gettext("What he did"), href=link("audit", who=account.email)))
    return respond(
        ask,
        account.name or account.email,
        settings_tabs(ask, "users"),
        el("div", about, roles, class_="halves"),
        deeds,
        active="settings",
    )


class RoleForm(forms.Form):
    """What somebody may do."""

    do = forms.CharField(widget=forms.HiddenInput, initial="role")

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["role"] = forms.ChoiceField(
            label=ask.t.gettext("Role"), choices=role_choices(ask), widget=forms.RadioSelect
        )


def _buttons(ask: Ask, account: Account) -> list[Html]:
    t = ask.t
    here = link("user", account.id)
    if not account.is_active:
        return [post_button(ask, t.gettext("Switch on"), here, do="on")]
    found = [post_button(ask, t.gettext("New link for a password"), here, do="link")]
    if account.has_second_step:
        found.append(post_button(ask, t.gettext("Forget his phone"), here, do="forget"))
    found.append(post_button(ask, t.gettext("Switch off"), here, class_="button danger", do="off"))
    return found


def _link_page(ask: Ask, account: Account) -> HttpResponse:
    t = ask.t
    made = people.invitation(account.id)
    address = ask.request.build_absolute_uri(link("invited", made.uid, made.token))
    text = t.gettext(
        "Hand this link to {email}, by a way that only he reads. It is good once, for a week, and is not shown again.",
        email=account.email,
    )
    body = shown_once(ask, text, address, back=link("users"))
    return respond(
        ask, t.gettext("A link for a password"), settings_tabs(ask, "users"), body, active="settings"
    )
