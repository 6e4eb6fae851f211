from rave_gui.backend.training_state import TrainingFold, TrainingState, find_run_dir


def progress(t, step, **more):
    return {"t": t, "kind": "progress", "step": step, **more}


def test_rate_is_unknown_until_there_is_evidence():
    assert TrainingFold().add([progress(10.0, 5)]).rate is None


def test_rate_follows_the_last_minute_only():
    fold = TrainingFold()
    fold.add([progress(t, t) for t in range(100)])
    state = fold.add([progress(100 + t, 100 + 3 * t) for t in range(100)])
    assert state.rate is not None
    assert abs(state.rate - 3.0) < 0.01


def test_eta_counts_from_the_present_step():
    state = TrainingState(step=100, rate=2.0)
    assert state.seconds_to(200) == 50.0
    assert state.seconds_to(50) == 0.0
    assert TrainingState(step=100).seconds_to(200) is None


def test_steps_at_risk_count_from_the_newest_checkpoint():
    fold = TrainingFold()
    saved = {"t": 1.0, "kind": "checkpoint", "path": "a.ckpt", "step": 40, "reason": "validation"}
    state = fold.add([progress(0.0, 40), saved, progress(2.0, 57)])
    assert state.steps_at_risk == 17


def test_a_step_never_goes_back_and_damaged_facts_are_passed_over():
    fold = TrainingFold()
    state = fold.add([progress(0.0, 9), progress(1.0, 4), {"kind": "progress", "step": "x"}, {}])
    assert state.step == 9


def test_phase_stage_and_notes():
    fold = TrainingFold()
    state = fold.add(
        [
            {"t": 0, "kind": "phase", "phase": 2, "step": 10},
            {"t": 0, "kind": "stage", "stage": "validating"},
            {"t": 0, "kind": "answer", "wish": "save-now", "ok": True, "text": "Saved."},
        ]
    )
    assert (state.phase, state.stage, state.notes) == (2, "validating", ("Saved.",))


def test_notes_are_bounded():
    fold = TrainingFold()
    state = fold.add([{"t": 0, "kind": "note", "text": str(n)} for n in range(100)])
    assert len(state.notes) == 20
    assert state.notes[-1] == "99"


def test_run_dir_is_found_by_its_config(tmp_path):
    assert find_run_dir(tmp_path / "gone") is None
    assert find_run_dir(tmp_path) is None
    run = tmp_path / "bells_0123456789"
    run.mkdir()
    (run / "config.gin").write_text("")
    assert find_run_dir(tmp_path) == run
