"""The customers of a small town, the same every time: names, streets, contracts, meters, all invented."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    "Jörg", "Änne", "Käthe", "Björn", "Özlem", "Zoë", "Grzegorz", "Marie-Luise", "Søren", "Thi Hồng", "Uwe", "Renée"
)  # fmt: skip
LAST_NAMES = (
    "Müller-Lüdenscheidt", "Groß", "Yılmaz", "Żurawski", "Weiß", "Sørensen", "Nguyễn", "Böhm", "Großkreutz", "Jäger",
    "Öztürk", "Ullrich", "Château",
)  # fmt: skip
STREETS = ("Hauptstraße", "Am Mühlenbach", "Schloßallee", "Äußerer Ring", "Königsweg", "Straße des Friedens", "Brühl")
PRODUCTS = {"STROM": ("Musterstrom Fix 24", "Musterstrom Öko"), "GAS": ("Mustergas Klassik", "Mustergas Flex")}
BANKS = ("DE02120300000000202051", "DE02500105170137075030", "DE02100500000054540402")


@dataclass(frozen=True)
class Customer:
    """One business partner with its supply."""

    number: int

    @property
    def partner(self) -> str:
        """The ERP's key of the partner."""
        return f"{1_000_000 + self.number * 7:010d}"

    @property
    def first_name(self) -> str:
        """Given name."""
        return FIRST_NAMES[self.number % len(FIRST_NAMES)]

    @property
    def last_name(self) -> str:
        """Family name."""
        return LAST_NAMES[self.number % len(LAST_NAMES)]

    @property
    def street(self) -> str:
        """Street of the supply address."""
        return STREETS[self.number % len(STREETS)]

    @property
    def division(self) -> str:
        """Electricity or gas."""
        return "GAS" if self.number % 3 == 0 else "STROM"

    @property
    def contract(self) -> str:
        """The ERP's key of the contract."""
        return f"V-{20_000 + self.number}"

    @property
    def meter(self) -> str:
        """The number on the device."""
        prefix = "7GMT" if self.division == "GAS" else "1LGZ"
        return f"{prefix}{72_990_000 + self.number * 13:010d}"

    @property
    def location(self) -> str:
        """Market location, eleven digits."""
        return f"5{1_023_845_000 + self.number:010d}"


def residents(count: int) -> list[Customer]:
    """The first count customers."""
    return [Customer(number) for number in range(1, count + 1)]
