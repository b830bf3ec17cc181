"""One customer: what he did and what was done with him, what is true of him, how he may be reached."""

from kogorta.customers.model import (
    Consent,
    Contact,
    Moment,
    MomentKind,
    Profile,
    Timeline,
    Ways,
)
from kogorta.customers.profile import profile
from kogorta.customers.timeline import timeline
from kogorta.customers.ways import ways

__all__ = [
    "Consent",
    "Contact",
    "Moment",
    "MomentKind",
    "Profile",
    "Timeline",
    "Ways",
    "profile",
    "timeline",
    "ways",
]
