from learnstream.documents import Progress


def record(person, lesson):
    return Progress.collection().find_one({"_id": f"{person.id}:{lesson.id}"})
