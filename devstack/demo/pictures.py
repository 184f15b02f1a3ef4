"""Pictures of the demo school, drawn when they are needed: faces of its users, and the sky above its first course."""

import io
from random import Random

from PIL import Image, ImageDraw

SIZE = 640
NIGHT, STARS, MOON = (18, 24, 58), (240, 240, 220), (244, 230, 180)
SKIN = ((255, 219, 172), (224, 172, 105), (198, 134, 66), (141, 85, 36))
HAIR = ((44, 34, 30), (106, 78, 66), (181, 134, 84), (89, 89, 99))
CLOTHES = ((200, 76, 76), (66, 110, 180), (60, 140, 110), (150, 100, 170))


def face(name: str) -> bytes:
    """Return the photo of a user in JPEG: the same for the same name."""
    choice = Random(name)  # noqa: S311 - not a secret
    picture = Image.new("RGB", (SIZE, SIZE), tuple(choice.randrange(170, 240) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    skin, hair = choice.choice(SKIN), choice.choice(HAIR)
    draw.ellipse((90, 470, 550, 900), choice.choice(CLOTHES))
    draw.ellipse((165, 80, 475, choice.choice((420, 560))), hair)
    draw.rectangle((275, 440, 365, 530), skin)
    draw.ellipse((190, 130, 450, 490), skin)
    draw.pieslice((185, 95, 455, 400), 180, 360, hair)
    for x in (265, 375):
        draw.ellipse((x - 14, 288, x + 14, 320), (40, 30, 30))
    draw.arc((260, 330, 380, 430), 25, 155, (120, 50, 50), width=9)
    return _encoded(picture)


def sky() -> bytes:
    """Return a night sky with a moon, in JPEG."""
    choice = Random(1)  # noqa: S311 - not a secret
    picture = Image.new("RGB", (1280, 720), NIGHT)
    draw = ImageDraw.Draw(picture)
    for _ in range(220):
        x, y, radius = choice.randrange(1280), choice.randrange(720), choice.choice((1, 1, 1, 2, 3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), STARS)
    draw.ellipse((880, 120, 1120, 360), MOON)
    draw.ellipse((940, 100, 1160, 330), NIGHT)
    return _encoded(picture)


def _encoded(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85)
    return written.getvalue()
