import pytest

from finder.sources.atomic import TEMPORARY_PREFIX, atomic_file, publish, staging_folder


def left_overs(folder):
    return [path for path in folder.rglob("*") if path.name.startswith(TEMPORARY_PREFIX)]


def test_a_file_takes_its_place_only_when_the_block_ends_well(tmp_path):
    target = tmp_path / "new" / "table.csv"
    with atomic_file(target) as temporary:
        temporary.write_text("one")
        assert not target.exists()
    assert target.read_text() == "one"
    with pytest.raises(UnicodeEncodeError), atomic_file(target) as temporary:
        temporary.write_text("half of it, then \udc80", encoding="utf-8")
    assert target.read_text() == "one"
    assert not left_overs(tmp_path)


def test_a_published_file_may_be_read_by_others(tmp_path):
    with atomic_file(tmp_path / "table.csv") as temporary:
        temporary.write_text("one")
    (tmp_path / "plain").write_text("one")
    assert (tmp_path / "table.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_publish_moves_everything_and_keeps_the_rest(tmp_path):
    (tmp_path / "kept.csv").write_text("kept")
    (tmp_path / "a.csv").write_text("old")
    with staging_folder(tmp_path) as staging:
        (staging / "a.csv").write_text("new")
        (staging / "deep").mkdir()
        (staging / "deep" / "b.csv").write_text("new")
        moved = publish(staging, tmp_path)
    assert [path.as_posix() for path in moved] == ["a.csv", "deep/b.csv"]
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "deep" / "b.csv").read_text() == "new"
    assert (tmp_path / "kept.csv").read_text() == "kept"
    assert not left_overs(tmp_path)


def test_publish_puts_everything_back_when_one_move_fails(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "c.csv").mkdir()  # a folder stands where the third file should go
    with staging_folder(tmp_path) as staging:
        for name in ("a.csv", "b.csv", "c.csv"):
            (staging / name).write_text("new")
        with pytest.raises(IsADirectoryError):
            publish(staging, tmp_path)
    assert (tmp_path / "a.csv").read_text() == "old"
    assert not (tmp_path / "b.csv").exists()
    assert not left_overs(tmp_path)
