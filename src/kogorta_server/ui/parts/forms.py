"""Forms: fields with their labels, their errors beside them."""

from __future__ import annotations

from http import HTTPStatus

from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.middleware.csrf import get_token

from kogorta.look.html import Html, el, join, phrase
from kogorta_server.ui.ask import Ask


def hidden_token(request: HttpRequest) -> Html:
    """Write the field that proves that a form came from our own page."""
    return el("input", type="hidden", name="csrfmiddlewaretoken", value=get_token(request))


def post_button(
    ask: Ask,
    label: str,
    address: str,
    *,
    class_: str = "button",
    lang: str | None = None,
    id_: str | None = None,
    **values: object,
) -> Html:
    """Write a button that does something: a form of its own, sent to an address with some values.

    Where a part of a page renews itself, `id_` lets the button keep the focus.
    """
    hidden = [el("input", type="hidden", name=name, value=str(value)) for name, value in values.items()]
    button = el("button", label, class_=class_, lang=lang, id=id_)
    return el("form", hidden_token(ask.request), *hidden, button, method="post", action=address)


def post_form(
    ask: Ask, form: BaseForm, label: str, address: str = "", *, class_: str = "", **attributes: str
) -> Html:
    """Write a form that does something: its fields and one button.

    Args:
        ask: The request.
        form: Its fields.
        label: What its button says.
        address: Where it is sent; by default to the page that it stands on.
        class_: Of the form.
        attributes: More of the form, such as `hx_post`.
    """
    return el(
        "form",
        hidden_token(ask.request),
        fields(form),
        el("div", el("button", label, class_="button primary"), class_="buttons"),
        method="post",
        action=address or ask.request.path,
        class_=class_ or None,
        novalidate=True,
        **attributes,
    )


def status_of(form: BaseForm) -> HTTPStatus:
    """Return how a page answers that shows a form: what was sent and could not be used is said to be so."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK


def fields(form: BaseForm) -> Html:
    """Write all fields of a form, with what is wrong of the form as a whole before them."""
    whole = [el("p", str(error), class_="field-error", role="alert") for error in form.non_field_errors()]
    return join([*whole, *(Html(str(item)) if item.is_hidden else _field(item) for item in form)])


def _field(item: BoundField) -> Html:
    errors = [
        el("p", str(error), class_="field-error", id=f"{item.id_for_label}-error") for error in item.errors
    ]
    described = f"{item.id_for_label}-error" if errors else None
    control = item.as_widget(attrs={"aria-describedby": described} if described else None)
    hint = el("small", phrase(str(item.help_text))) if item.help_text else Html("")
    if item.use_fieldset:
        # several boxes have one name, which is no label of any of them
        inside = [el("legend", str(item.label)), Html(control), hint, *errors]
        return el("fieldset", *inside, class_="field choices wrong" if errors else "field choices")
    return el(
        "div",
        el("label", str(item.label), for_=item.id_for_label),
        Html(control),
        hint,
        *errors,
        class_="field wrong" if errors else "field",
    )
