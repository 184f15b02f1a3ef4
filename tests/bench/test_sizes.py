from bench import sizes
from bench.watching import report_in_parts


def test_each_store_says_how_large_its_records_are(school, scenarios, ask):
    ask(scenarios["GET /lessons/{id}/playback"])
    found = [*sizes.documents(), *sizes.rows(), *sizes.keys()]
    counts = {(size.store, size.kind): size.count for size in found}

    assert counts["MongoDB", "progress"] == 2 * 20
    assert counts["PostgreSQL", "enrollments"] == 2 * 10
    assert counts["Redis", "cache:session"] == 1
    assert all(size.data > 0 for size in found)


def test_a_record_of_many_reports_has_all_that_was_watched(school):
    student = school.students[0]
    record = report_in_parts(student, student.courses[1], lesson=1)

    assert record["credited"] == 600
    assert record["completed_at"]
