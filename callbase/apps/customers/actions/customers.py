"""All writes of customers."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.customers import queries
from callbase.apps.customers.models import Customer, CustomerNumber
from callbase.apps.organization.access import Access
from callbase.numbers import normalize
from callbase.web.errors import FieldProblem, Invalid
from callbase.web.rows import one

PLAIN = ("name", "company", "level", "notes")


@transaction.atomic
def do_create_customer(access: Access, data: dict[str, Any]) -> Customer:
    return _write(access, Customer(tenant=access.tenant), data, "customer.create", {})


@transaction.atomic
def do_change_customer(access: Access, customer_id: str, changes: dict[str, Any]) -> Customer:
    customer = one(queries.customers(access), id=customer_id)
    return _write(access, customer, changes, "customer.update", _state(customer))


@transaction.atomic
def do_delete_customer(access: Access, customer_id: str) -> None:
    """Their interactions stay, with the name they had."""
    customer = one(queries.customers(access), id=customer_id)
    before = _state(customer)
    customer.delete()
    record_change(access, "customer.delete", customer_id, before)


def _state(customer: Customer) -> dict[str, Any]:
    detail = queries.customer_detail(customer)
    return {field: detail[field] for field in (*PLAIN, "numbers")}


def _write(access: Access, customer: Customer, data: dict[str, Any], action: str, before: dict[str, Any]) -> Customer:
    for field in PLAIN:
        if field in data:
            setattr(customer, field, data[field])
    customer.save()
    if "numbers" in data:
        _set_numbers(customer, data["numbers"])
    customer = one(queries.customers(access), id=customer.id)
    record_change(access, action, str(customer.id), before, _state(customer))
    return customer


def _set_numbers(customer: Customer, numbers: list[str]) -> None:
    """Raises Invalid naming the number that is none, is there twice, or is another customer's."""
    problems: dict[str, FieldProblem | list[FieldProblem]] = {}
    stored: list[str] = []
    for index, number in enumerate(numbers):
        form = normalize(number)
        if form is None:
            problems[f"numbers.{index}"] = FieldProblem("number_invalid")
        elif form in stored:
            problems[f"numbers.{index}"] = FieldProblem("twice", value=form)
        elif CustomerNumber.objects.filter(tenant=customer.tenant, number=form).exclude(customer=customer).exists():
            problems[f"numbers.{index}"] = FieldProblem("taken")
        else:
            stored.append(form)
    if problems:
        raise Invalid(problems)
    customer.numbers.all().delete()
    CustomerNumber.objects.bulk_create(
        CustomerNumber(tenant=customer.tenant, customer=customer, number=number, position=place)
        for place, number in enumerate(stored)
    )
