"""What the files that were seen do not say of a site: a question to whoever knows them, and what it is about."""

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a doubt asks about: whoever sees more files, or decides what is shown, goes by this and not by the text."""

    ANYTHING = "anything"
    OBJECTS = "objects"
    """How many objects have the slot, which those who see all files can settle."""
    MAKER = "maker"
    """The same, where nothing that was seen makes the object."""
    USE = "use"
    """Whether the object is kept, or made for one use and thrown away with it."""
    RENDERING = "rendering"
    """Whether a server runs it while it renders components, or only a browser."""
    TIMER = "timer"
    """Whether a request starts a timer, and its handle outlives it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question in a sentence, for a message; without text there is none.

    Attributes:
        text: the sentence.
        about: what it asks about.
    """

    text: str = ""
    about: About = About.ANYTHING

    def __bool__(self) -> bool:
        return bool(self.text)


SURE = Doubt()


def how_many(begins: str, about: About = About.OBJECTS) -> Doubt:
    """The doubt whether all requests share an object; its text begins with words such as ``is there one `a.b` ``."""
    return Doubt(f"{begins} for the process, or one for each request?", about)
