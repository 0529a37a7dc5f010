#!/usr/bin/env python3
"""Reads the files of cases with the programs they are meant for: PM4Py, pandas, openpyxl.

Usage: check_pm4py.py HUYING [FOLDER]

HUYING is the program. FOLDER keeps the virtual environment between calls (default: a new temporary
folder). The script makes its own environment (requirements.txt, beside it), runs a small comparison with
every form of cases, and compares what the readers see with cases.csv. It ends with 0 if all agrees.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def in_own_environment(folder):
    """Calls this script again from an environment that has the packages."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", REQUIREMENTS], check=True)
    return subprocess.run([python, __file__, *sys.argv[1:3], "--inside"]).returncode


def small_comparison(program, out):
    """Two arms, two replications, one district, every form of cases."""
    words = [program, "compare", "models/jinan", "--area", "district:商河县", "--days", "3"]
    words += ["--warm-up", "14", "--replications", "2", "--lang", "en", "--quiet"]
    words += ["--cases", "csv,parquet,xes,ocel", "--out", out]
    subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def same(what, one, other):
    assert one == other, f"{what}: {one} and {other}"
    print(f"ok  {what}: {one}")


def check_parquet(out, cases):
    import pandas as pd

    read = pd.read_parquet(out / "cases.parquet")
    same("parquet: columns", list(read.columns), list(cases.columns))
    same("parquet: rows", len(read), len(cases))
    assert str(read["registered"].dtype).startswith("datetime64[ms, UTC]"), read.dtypes
    assert str(read["case"].dtype).lower() == "uint64", read.dtypes
    assert read["resolved"].dtype == bool, read.dtypes
    times = pd.to_datetime(cases["registered"], utc=True)
    assert (read["registered"] == times.dt.as_unit("ms")).all(), "instants differ"
    assert (read["case"].astype("uint64") == cases["case"].astype("uint64")).all()
    assert (read["queue_h"] == cases["queue_h"]).all(), "numbers differ"
    kpis = pd.read_parquet(out / "kpis.parquet")
    plain = pd.read_csv(out / "kpis.csv")
    same("parquet: kpis", len(kpis), len(plain))
    assert (kpis["value"] == plain["value"]).all() and (kpis["kpi"] == plain["kpi"]).all()


def check_xes(out, cases):
    import pandas as pd
    import pm4py

    pm4py.util.constants.SHOW_PROGRESS_BAR = False
    log = pm4py.read_xes(str(out / "cases.xes"))
    same("xes: traces", log["case:concept:name"].nunique(), len(cases))
    assert str(log["time:timestamp"].dtype).startswith("datetime64"), log.dtypes
    assert log["time:timestamp"].dt.tz is not None, "naive instants"
    done = log[log["lifecycle:transition"] == "complete"]
    keys = cases["arm"] + "/" + cases["replication"].astype(str) + "/" + cases["case"].astype(str)
    for activity, column in [("register", "registered"), ("notice", "detected")]:
        of = done[done["concept:name"] == activity].set_index("case:concept:name")
        instants = pd.to_datetime(pd.Series(cases[column].values, index=keys), utc=True)
        assert (of["time:timestamp"].dt.tz_convert("UTC").sort_index() == instants.sort_index()).all()
    closed = done[done["concept:name"] == "close"]["case:concept:name"].nunique()
    same("xes: cases that were closed", closed, int(cases["first_closed"].notna().sum()))
    called = log[log["concept:name"] == "call_up"]["case:concept:name"].nunique()
    same("xes: cases that were called up", called, int(cases["called_up"].sum()))
    # The log tells a return when it ends, the table when it begins: equal in cases that were closed.
    told = done[done["concept:name"].isin(["return", "refuse"])]
    told = told["case:concept:name"].value_counts().reindex(keys, fill_value=0)
    over = (cases["fate"] == "closed").values
    assert (told.values[over] == cases["returns"].values[over]).all(), "returns differ"
    print(f"ok  xes: returns of closed cases: {int(told.values[over].sum())}")
    print(f"    xes: {len(log)} events")
    graph, starts, ends = pm4py.discover_dfg(done)
    same("xes: every case starts with its issue", set(starts), {"arise"})
    after = done[done["case:arm"] == "after"]
    net = pm4py.discover_petri_net_inductive(after, noise_threshold=0.2)
    print(f"    xes: inductive miner finds {len(net[0].transitions)} transitions")
    spans = pm4py.objects.log.util.interval_lifecycle.to_interval(pm4py.convert_to_event_log(log))
    longest = max(event["@@duration"] for trace in spans for event in trace)
    assert longest > 0, "no step has a duration"
    return log


def check_ocel(out, cases, log):
    import pm4py

    ocel = pm4py.read_ocel2(str(out / "cases.ocel.json"))
    counts = ocel.objects["ocel:type"].value_counts().to_dict()
    same("ocel: cases", counts["case"], len(cases))
    same("ocel: types of objects", sorted(counts), ["case", "department", "issue", "street", "unit"])
    issues = (cases["arm"] + cases["replication"].astype(str)
              + (cases["case"] // 16).astype(str)).nunique()
    same("ocel: issues", counts["issue"], issues)
    call_ups = ocel.events[ocel.events["ocel:activity"] == "call_up"]
    of_log = (log["concept:name"] == "call_up").sum()
    same("ocel: call-ups", len(call_ups), int(of_log))
    relations = ocel.relations[ocel.relations["ocel:activity"] == "call_up"]
    kinds = relations.groupby("ocel:eid")["ocel:type"].agg(lambda types: sorted(set(types)))
    assert all({"case", "department", "street", "unit"} <= set(kind) for kind in kinds), kinds
    assert set(relations["ocel:oid"]) <= set(ocel.objects["ocel:oid"]), "unknown objects"
    flat = pm4py.ocel_flattening(ocel, "department")
    print(f"    ocel: {len(ocel.events)} events; {len(flat)} in the life of departments")
    json.loads((out / "cases.ocel.json").read_text())


def check_xlsx(out):
    import openpyxl

    book = openpyxl.load_workbook(out / "results.xlsx")
    charts = {sheet.title: len(sheet._charts) for sheet in book.worksheets}
    for sheet in ["Comparison", "Closure", "Stages", "Pools"]:
        assert charts[sheet] > 0, charts
    print(f"ok  xlsx: sheets with charts {charts}")


def main():
    program = Path(sys.argv[1]).resolve()
    if "--inside" not in sys.argv:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch)
            sys.argv[2:3] = [str(folder)]
            sys.exit(in_own_environment(folder))
    import pandas as pd

    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "result"
        small_comparison(program, out)
        cases = pd.read_csv(out / "cases.csv", dtype={"case": "uint64"})
        check_parquet(out, cases)
        log = check_xes(out, cases)
        check_ocel(out, cases, log)
        check_xlsx(out)
    print("all readers agree")


if __name__ == "__main__":
    main()
