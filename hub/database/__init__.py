"""The gate for hot SQL: statements, retries of whole transactions, what an error means."""

from hub.database.errors import DATA_ERRORS, is_cancelled, is_data_error, is_outage, is_transient
from hub.database.statements import (
    BY_INDEX,
    Parameters,
    Rows,
    Sent,
    execute,
    execute_many,
    insert_many,
    pipelined,
    rows,
    rows_of_each,
    send,
    stored_value,
    vacuum,
    vendor,
    walking_indexes,
)
from hub.database.transactions import RETRIES, is_in_transaction, no_transaction_is_open, retrying
from hub.database.turns import take_turn

__all__ = [
    "BY_INDEX",
    "DATA_ERRORS",
    "RETRIES",
    "Parameters",
    "Rows",
    "Sent",
    "execute",
    "execute_many",
    "insert_many",
    "is_cancelled",
    "is_data_error",
    "is_in_transaction",
    "is_outage",
    "is_transient",
    "no_transaction_is_open",
    "pipelined",
    "retrying",
    "rows",
    "rows_of_each",
    "send",
    "stored_value",
    "take_turn",
    "vacuum",
    "vendor",
    "walking_indexes",
]
