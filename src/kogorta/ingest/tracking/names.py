"""The names of events: those of the e-commerce spec are written our way, all others stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

_SPEC = (
    "Products Searched|Product List Viewed|Product List Filtered|Promotion Viewed|Promotion Clicked|Product Clicked|"
    "Product Viewed|Cart Viewed|Checkout Started|Checkout Step Viewed|Checkout Step Completed|Payment Info Entered|"
    "Order Completed|Order Updated|Order Refunded|Order Cancelled|Coupon Entered|Coupon Applied|Coupon Denied|"
    "Coupon Removed|Product Added to Wishlist|Product Removed from Wishlist|Wishlist Product Added to Cart|"
    "Product Shared|Cart Shared|Product Reviewed|Signed Up|Signed In|Signed Out|Application Installed|"
    "Application Opened|Application Updated"
)
_OWN = {"product added": "cart_added", "product removed": "cart_removed"}
PAGE_VIEWED, SCREEN_VIEWED = "page_viewed", "screen_viewed"

EVENT_NAMES: Mapping[str, str] = {
    **{name.lower(): name.lower().replace(" ", "_") for name in _SPEC.split("|")},
    **_OWN,
}
"""Names of the e-commerce spec, in small letters, with ours."""


def event_name(name: str) -> str:
    """Return the name under which an event is kept.

    Examples:
        >>> event_name("Product Added"), event_name("Order Completed"), event_name("Quiz Finished")
        ('cart_added', 'order_completed', 'Quiz Finished')
    """
    return EVENT_NAMES.get(" ".join(name.lower().replace("_", " ").split()), name)
