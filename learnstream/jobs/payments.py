"""Handle events of the payment service, and compare orders with what it has."""

from learnstream.extensions import celery
from learnstream.services.commerce import event_queue, event_work, reconciliation
from learnstream.stores.exclusive import exclusively


@celery.task(name=event_queue.HANDLE_TASK)
def handle_payment_events(lane: str = event_queue.LANES[0].name) -> None:
    """Handle the stored events that are due."""
    exclusively(f"{event_queue.HANDLE_TASK} {lane}", event_work.handle_due)


@celery.task(name=reconciliation.TASK)
def reconcile_payments() -> None:
    """Compare orders with what the payment service has, in case events have never come."""
    reconciliation.run()
