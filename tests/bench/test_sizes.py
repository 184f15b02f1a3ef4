from bench import sizes
from bench.progress_records import report_in_heartbeats


def test_record_sizes_are_read_from_each_store(dataset, scenarios, send_request):
    send_request(scenarios["GET /lessons/{id}/playback"])
    found = [*sizes.documents(), *sizes.rows(), *sizes.keys()]
    counts = {(size.store, size.kind): size.count for size in found}

    assert counts["MongoDB", "progress"] == 2 * 20
    assert counts["PostgreSQL", "enrollments"] == 2 * 10
    assert counts["Redis", "cache:session"] == 1
    assert all(size.data > 0 for size in found)


def test_a_record_of_many_heartbeats_covers_the_whole_video(dataset):
    student = dataset.students[0]
    record = report_in_heartbeats(student, student.courses[1], lesson=1)

    assert record["credited"] == 600
    assert record["completed_at"]
