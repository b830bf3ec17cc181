"""The words of Kogorta, fixed once. `GLOSSARY.md` explains each; a test holds the two together."""

from __future__ import annotations

from enum import StrEnum


class Business(StrEnum):
    """What kind of business a workspace is; it chooses windows and thresholds."""

    SHOP = "shop"
    GROCERY = "grocery"
    SALON = "salon"
    B2B = "b2b"


class OrderStatus(StrEnum):
    """The three statuses that every shop's own words are mapped to."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    PENDING = "pending"


class BookingStatus(StrEnum):
    """What became of a booking."""

    BOOKED = "booked"
    VISITED = "visited"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class SubscriptionStatus(StrEnum):
    """Whether an auto-order or a pass still runs."""

    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class ContactKind(StrEnum):
    """The kinds of contacts; client ids of web analytics are contacts too."""

    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    MAX = "max"
    VK = "vk"
    WEB_PUSH = "web_push"
    CARD = "card"
    CLIENT_ID = "client_id"


class ConsentOp(StrEnum):
    """What happened to a consent."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class ConsentPurpose(StrEnum):
    """Personal data and advertising are agreed to separately."""

    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    SERVICE = "service"


class DiscountKind(StrEnum):
    """Why a price was lowered. Card prices and markdowns are open to all, so they are no promotion."""

    CARD_PRICE = "card_price"
    MARKDOWN = "markdown"
    PROMOTION = "promotion"
    COUPON = "coupon"
    POINTS = "points"
    MANUAL = "manual"


class PointsKind(StrEnum):
    """A line of the loyalty ledger."""

    EARN = "earn"
    PENDING = "pending"
    SPEND = "spend"
    EXPIRE = "expire"
    ADJUST = "adjust"


class ProductKind(StrEnum):
    """A good, a service, or a fee (postage, bank charge) that is no preference of anybody."""

    GOOD = "good"
    SERVICE = "service"
    FEE = "fee"


class ListOp(StrEnum):
    """A change of a hand-made or uploaded list."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE_ALL = "replace_all"
    CLEAR = "clear"


class MessageEventKind(StrEnum):
    """What became of a message."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


class Outcome(StrEnum):
    """What became of one row of an import. Every row read has exactly one outcome."""

    LOADED = "loaded"
    SAME = "same"
    UPDATED = "updated"
    QUARANTINED = "quarantined"


class ChangeOp(StrEnum):
    """A membership change."""

    ENTER = "enter"
    LEAVE = "leave"


class Cause(StrEnum):
    """Why a membership changed, in order of precedence (`frame` is told apart before them)."""

    INITIAL = "initial"
    DEFINITION = "definition"
    ERASURE = "erasure"
    MERGE = "merge"
    BACKFILL = "backfill"
    FACTS = "facts"
    TIME = "time"
    FRAME = "frame"


class WholePass(StrEnum):
    """Why a refresh looked at everyone instead of those who can have moved."""

    FIRST = "first"
    ASKED = "asked"
    FRAME = "frame"
    DEFINITION = "definition"
    ERASURE = "erasure"
    ACCOUNTS = "accounts"
    SUMMARIES = "summaries"
    CLEARED_LIST = "cleared_list"
    LATE_IMPORT = "late_import"
    NEW_DAY = "new_day"
    HISTORY = "history"
    TRAIT = "trait"
    SHARED = "shared"
    MANY = "many"


class Freshness(StrEnum):
    """How fresh a scheme or a segment is, against its cadence."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    CHANGED = "changed"
    NEVER = "never"


class AxisMethod(StrEnum):
    """How one axis of RFM is cut into scores."""

    RHYTHM = "rhythm"
    RELATIVE = "relative"
    THRESHOLDS = "thresholds"


class ValueMeasure(StrEnum):
    """What the value of a customer is measured by."""

    REVENUE = "revenue"
    MARGIN = "margin"


class LifecycleStage(StrEnum):
    """Where a customer stands on his way with the business."""

    PROSPECT = "prospect"
    NEW = "new"
    ACTIVE = "active"
    RETURNED = "returned"
    AT_RISK = "at_risk"
    LOST = "lost"


class LifecycleReason(StrEnum):
    """Why a customer is at risk or lost."""

    SILENCE = "silence"
    SIGNALS = "signals"
    SINGLE_ORDER = "single_order"


class Device(StrEnum):
    """What somebody looks at the site with."""

    MOBILE = "mobile"
    TABLET = "tablet"
    DESKTOP = "desktop"


class ContentProfile(StrEnum):
    """What sort of pages draws a customer."""

    EXPERT = "expert"
    PROMO = "promo"
    MIXED = "mixed"
    NONE = "none"


class TraitSource(StrEnum):
    """What tells a trait of a customer's character."""

    SURVEY = "survey"
    BEHAVIOUR = "behaviour"


class PlanAction(StrEnum):
    """What the folder of definitions would do to one of the registry."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    FOLLOWS = "follows"
    SAME = "same"


class PullAction(StrEnum):
    """What became of a definition when the registry was written to the folder."""

    WRITTEN = "written"
    REWRITTEN = "rewritten"
    DELETED = "deleted"
    KEPT = "kept"


class VersionChange(StrEnum):
    """How a version of a definition differs from the one before it."""

    FIRST = "first"
    TEXT = "text"
    NAMED = "named"
    SETTINGS = "settings"
    REMOVED = "removed"
    RESTORED = "restored"


class BenchWork(StrEnum):
    """A work that `kogorta bench` measures on a user's own base."""

    TRAITS = "traits"
    SEGMENTS = "segments"
    SIZE = "size"
    EXPLAIN = "explain"
