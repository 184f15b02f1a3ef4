"""The fields of Stripe's objects that say nothing here, so that an object has all that a client may read.

They are those of the API's version in `events`, as far as objects are shown without a purchase of anything but a course.
"""

from typing import Any


def _empty(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split())


SESSION: dict[str, Any] = {
    **_empty(
        "after_expiration allowed_payment_method_types client_secret collected_information consent consent_collection"
        " currency_conversion customer_account excluded_payment_method_types integration_identifier origin_context"
        " payment_link payment_method_configuration_details permissions recovered_from saved_payment_method_options"
        " setup_intent shipping_address_collection shipping_cost subscription wallet_options"
    ),
    "billing_address_collection": "auto",
    "payment_method_collection": "if_required",
    "phone_number_collection": {"enabled": False},
}
CHARGE: dict[str, Any] = {
    **_empty(
        "application application_fee application_fee_amount failure_balance_transaction on_behalf_of receipt_email"
        " receipt_number review shipping source_transfer statement_descriptor statement_descriptor_suffix transfer_data"
        " transfer_group"
    ),
    "calculated_statement_descriptor": "LEARNSTREAM",
    "fraud_details": {},
    "outcome": {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"},
    "radar_options": {},
}
REFUND: dict[str, Any] = {
    **_empty("failure_balance_transaction receipt_number source_transfer_reversal transfer_reversal"),
    "destination_details": {"type": "card"},
}
DISPUTE: dict[str, Any] = {
    "enhanced_eligibility_types": [],
    "payment_method_details": {"type": "card", "card": {"brand": "visa", "case_type": "chargeback"}},
}
