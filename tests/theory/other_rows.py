#!/usr/bin/env python3
"""Writes other_rows.csv: exact results of every family of queues for parameters that the program's
own table does not have, computed here with nothing but Python's standard library and without any
code of the program. Before that, every formula must reproduce the program's own rows.

    python3 tests/theory/other_rows.py > tests/theory/other_rows.csv
"""
import csv
import json
import math
import sys
from pathlib import Path


def birth_death(up, down, n):
    """Stationary probabilities of states 0..n."""
    p = [1.0]
    for k in range(n):
        p.append(p[-1] * up(k) / down(k + 1))
        if p[-1] > 1e250:
            p = [x / 1e250 for x in p]
    total = math.fsum(p)
    return [x / total for x in p]


def mean(p, value):
    return math.fsum(x * value(k) for k, x in enumerate(p))


def queue(lam, mu, c, room=None, theta=0.0):
    """M/M/c, with a limit of places or with impatience."""
    n = room if room is not None else 4000
    p = birth_death(lambda k: lam, lambda k: min(k, c) * mu + max(k - c, 0) * theta, n)
    blocked = p[n] if room is not None else 0.0
    lq, busy = mean(p, lambda k: max(k - c, 0)), mean(p, lambda k: min(k, c))
    got_in = lam * (1 - blocked)
    waits = math.fsum(x for k, x in enumerate(p[:n]) if k >= c) / (1 - blocked)
    out = {"wq_mean": lq / got_in, "p_wait": waits, "utilisation": busy / c, "lq_mean": lq,
           "l_mean": lq + busy, "throughput": busy * mu}
    if room is not None:
        out["p_block"] = blocked
    if theta:
        out["p_abandon"] = theta * lq / lam
    else:
        out["sojourn_mean"] = (lq + busy) / got_in
    return out


def tails(out, lam, mu, c):
    """Quantiles of M/M/c: the wait is 0 or exponential."""
    rate = c * mu - lam
    for name, q in [("wq_p90", 0.1), ("wq_p95", 0.05)]:
        out[name] = max(0.0, math.log(out["p_wait"] / q) / rate)
    if c == 1:
        out["sojourn_p90"], out["sojourn_p95"] = math.log(10) / rate, math.log(20) / rate
    return out


def mg1(lam, m, scv):
    rho = lam * m
    wq = lam * m * m * (1 + scv) / (2 * (1 - rho))
    return with_little({"wq_mean": wq, "p_wait": rho, "utilisation": rho}, lam, m)


def with_little(out, lam, m):
    out["sojourn_mean"] = out["wq_mean"] + m
    out["lq_mean"], out["l_mean"] = lam * out["wq_mean"], lam * out["sojourn_mean"]
    return out


def mdc(lam, c):
    """M/D/c with service 1: who is there now and who came in the last unit (Crommelin 1932)."""
    n = int(lam + 12 * math.sqrt(c) / (1 - lam / c)) + 60
    come = [math.exp(-lam + k * math.log(lam) - math.lgamma(k + 1)) for k in range(n + 1)]
    p = [1.0 / (n + 1)] * (n + 1)
    while True:
        head = math.fsum(p[: c + 1])
        start = [head] + [p[k + c] if k + c <= n else 0.0 for k in range(1, n + 1)]
        new = [0.0] * (n + 1)
        for k, x in enumerate(start):
            if x > 1e-18:
                for j in range(n + 1 - k):
                    new[k + j] += x * come[j]
        total = math.fsum(new)
        new = [x / total for x in new]
        moved = max(abs(a - b) for a, b in zip(p, new))
        p = new
        if moved < 1e-15:
            break
    lq = mean(p, lambda k: max(k - c, 0))
    return with_little({"wq_mean": lq / lam, "utilisation": lam / c}, lam, 1.0)


def mphc(lam, c, scv):
    """M/H2/c, balanced means, mean 1: two kinds of customers, as many of each in service."""
    p1 = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    share, rate = [p1, 1 - p1], [2 * p1, 2 * (1 - p1)]
    n = 260
    states = [(k, i) for k in range(n + 1) for i in range(min(k, c) + 1)]
    place = {s: a for a, s in enumerate(states)}
    into = [[] for _ in states]
    out = [0.0] * len(states)

    def flow(a, b, r):
        if r > 0:
            into[place[b]].append((place[a], r))
            out[place[a]] += r

    for k, i in states:
        if k < n:
            if k < c:
                flow((k, i), (k + 1, i + 1), lam * share[0])
                flow((k, i), (k + 1, i), lam * share[1])
            else:
                flow((k, i), (k + 1, i), lam)
        j = min(k, c) - i
        for kind, number in ((0, i), (1, j)):
            left = i - (kind == 0)
            if k > c:
                flow((k, i), (k - 1, left + 1), number * rate[kind] * share[0])
                flow((k, i), (k - 1, left), number * rate[kind] * share[1])
            elif number:
                flow((k, i), (k - 1, left), number * rate[kind])
    x = [1.0 / len(states)] * len(states)
    last = 0.0
    order = list(range(len(states)))
    for sweep in range(100_000):
        for a in order if sweep % 2 == 0 else reversed(order):
            x[a] = math.fsum(x[b] * r for b, r in into[a]) / out[a]
        total = math.fsum(x)
        x = [v / total for v in x]
        lq = math.fsum(v * max(k - c, 0) for v, (k, _) in zip(x, states))
        if abs(lq - last) < 1e-14 * lq:
            break
        last = lq
    return with_little({"wq_mean": lq / lam, "utilisation": lam / c}, lam, 1.0)


def gm1(lam, transform):
    """GI/M/1 with mu 1: an arrival finds k with probability (1 - s) s^k."""
    s = 0.5
    for _ in range(100_000):
        s = transform(1 - s)
    out = {"wq_mean": s / (1 - s), "p_wait": s, "utilisation": lam}
    out["wq_p90"] = max(0.0, math.log(s / 0.1) / (1 - s))
    return with_little(out, lam, 1.0)


def erlang_gaps(lam, k):
    return lambda u: (k * lam / (k * lam + u)) ** k


def bulk(rate, size, second, mu):
    lam = rate * size
    rho = lam / mu
    l = rho * (1 + second / size) / (2 * (1 - rho))
    return {"l_mean": l, "sojourn_mean": l / lam, "wq_mean": l / lam - 1 / mu,
            "lq_mean": l - rho, "utilisation": rho, "throughput": lam}


def priority(lams, means, seconds, c=1):
    """Cobham 1954: who is served is not interrupted; c servers with one exponential law."""
    work = sum(a * m for a, m in zip(lams, means))
    if c == 1:
        residual = sum(a * s for a, s in zip(lams, seconds)) / 2
    else:
        residual = queue(sum(lams), 1 / means[0], c)["p_wait"] * means[0] / c
    rows, before = [], 0.0
    for a, m in zip(lams, means):
        after = before + a * m / c
        wq = residual / ((1 - before) * (1 - after))
        rows.append(with_little({"wq_mean": wq}, a, m))
        before = after
    wq = sum(a * r["wq_mean"] for a, r in zip(lams, rows)) / sum(lams)
    whole = with_little({"wq_mean": wq, "utilisation": work / c}, sum(lams), work / sum(lams))
    return rows + [whole]


def preemptive(lams, means, seconds):
    rows, before, residual = [], 0.0, 0.0
    for a, m, s in zip(lams, means, seconds):
        residual += a * s / 2
        after = before + a * m
        sojourn = m / (1 - before) + residual / ((1 - before) * (1 - after))
        rows.append({"wq_mean": sojourn - m, "sojourn_mean": sojourn, "lq_mean": a * (sojourn - m),
                     "l_mean": a * sojourn})
        before = after
    return rows


def many_servers(mean_rate, amp, period, kind, m, hours):
    """Eick, Massey and Whitt 1993."""
    w = 2 * math.pi / period
    out = {}
    for t in hours:
        if kind == "exp":
            swing = (math.sin(w * t) - w * m * math.cos(w * t)) / (1 + (w * m) ** 2)
        else:
            swing = (math.cos(w * (t - m)) - math.cos(w * t)) / (w * m)
        out[str(t)] = m * (mean_rate + amp * swing)
    return {"l_mean": mean_rate * m, "extra": {"m_t": out}}


def forward(lam, servers, mu, start, times, n, step):
    """Kolmogorov's forward equations by Runge and Kutta's method; yields (t, p) at the times."""
    def slope(t, p):
        a, c = lam(t), servers(t)
        d = [0.0] * (n + 1)
        for k, x in enumerate(p):
            if k < n:
                d[k] -= a * x
                d[k + 1] += a * x
            if k:
                b = min(k, c) * mu * x
                d[k] -= b
                d[k - 1] += b
        return d

    p, t = list(start), 0.0
    for goal in times:
        steps = max(1, round((goal - t) / step))
        h = (goal - t) / steps
        for i in range(steps):
            # The middle of the step says how many servers there are: shifts end between steps.
            at = t + i * h
            mid = at + h / 2
            shift = servers(mid)
            keep = servers
            servers = lambda _t, shift=shift: shift
            k1 = slope(at, p)
            k2 = slope(mid, [x + h / 2 * d for x, d in zip(p, k1)])
            k3 = slope(mid, [x + h / 2 * d for x, d in zip(p, k2)])
            k4 = slope(at + h, [x + h * d for x, d in zip(p, k3)])
            servers = keep
            p = [x + h / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in zip(p, k1, k2, k3, k4)]
        t = goal
        yield t, p


def transient(lam, mu, c, n0, times, n=140):
    start = [0.0] * (n + 1)
    start[n0] = 1.0
    run = forward(lambda t: lam, lambda t: c, mu, start, times, n, 0.02)
    return {"extra": {"EN": {str(t): mean(p, lambda k: k) for t, p in run}}}


def day(mean_rate, amp, phase, mu, shifts, n=60, days=6):
    def rate(t):
        return mean_rate + amp * math.sin(2 * math.pi * (t - phase) / 24)

    def servers(t):
        return next(c for a, b, c in shifts if a <= t % 24 < b)

    start = [1.0] + [0.0] * n
    step = 0.05
    ticks = [k * step for k in range(1, round(days * 24 / step) + 1)]
    l = lq = 0.0
    marks = {}
    for t, p in forward(rate, servers, mu, start, ticks, n, step):
        if t > (days - 1) * 24 - step / 2:
            present = mean(p, lambda k: k)
            at = round(t - (days - 1) * 24, 6)
            if at in (0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 21.0):
                marks[str(int(at))] = present
            if at > 0:
                l += present * step / 24
                c = servers(t - step / 2)
                lq += mean(p, lambda k: max(k - c, 0)) * step / 24
    return {"l_mean": l, "sojourn_mean": l / mean_rate,
            "extra": {"EN_at_hour": marks, "mean_busy_servers": mean_rate / mu}}


def jackson(gamma, p, c, mu, names):
    n = len(c)
    lam = list(gamma)
    for _ in range(10_000):
        lam = [gamma[j] + sum(lam[i] * p[i][j] for i in range(n)) for j in range(n)]
    extra, l = {}, 0.0
    for i in range(n):
        one = queue(lam[i], mu[i], c[i])
        extra[names[i]] = {"lam": lam[i], "wq": one["wq_mean"], "p_wait": one["p_wait"],
                           "rho": one["utilisation"], "L": one["l_mean"],
                           "visits": lam[i] / sum(gamma),
                           "sojourn_per_visit": one["sojourn_mean"]}
        l += one["l_mean"]
    return {"l_mean": l, "sojourn_mean": l / sum(gamma), "throughput": sum(gamma), "extra": extra}


def finite(n, c, lam, mu):
    p = birth_death(lambda k: (n - k) * lam, lambda k: min(k, c) * mu, n)
    busy, lq = mean(p, lambda k: min(k, c)), mean(p, lambda k: max(k - c, 0))
    rate = busy * mu
    seen = birth_death(lambda k: (n - 1 - k) * lam, lambda k: min(k, c) * mu, n - 1)
    return {"wq_mean": lq / rate, "sojourn_mean": (lq + busy) / rate, "utilisation": busy / c,
            "lq_mean": lq, "l_mean": lq + busy, "throughput": rate,
            "p_wait": math.fsum(seen[c:])}


def fork_join(lam, mu):
    rho = lam / mu
    sojourn = (12 - rho) / 8 / (mu - lam)
    return {"sojourn_mean": sojourn, "utilisation": rho, "l_mean": lam * sojourn}


def retrial(lam, mu, again):
    rho = lam / mu
    orbit = rho * rho / (1 - rho) * (1 + mu / again)
    return {"lq_mean": orbit, "l_mean": orbit + rho, "wq_mean": orbit / lam,
            "sojourn_mean": orbit / lam + 1 / mu, "p_wait": rho, "utilisation": rho}


def polling(n, lam, m, second, walk, walk_var, gated):
    """Takagi 1986."""
    rho = n * lam * m
    first = walk_var / (2 * walk) if walk else 0.0
    ends = n * lam * second + walk * (n - rho if not gated else n + rho)
    wq = first + ends / (2 * (1 - rho))
    return {"wq_mean": wq, "sojourn_mean": wq + m, "lq_mean": lam * wq, "utilisation": rho}


def cell(value):
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


COLUMNS = ("wq_mean sojourn_mean p_wait utilisation lq_mean l_mean p_abandon p_block wq_p90 wq_p95 "
           "sojourn_p90 sojourn_p95 throughput").split()
ROWS = []


def row(case, family, params, values, klass="", model=""):
    ROWS.append((case, family, model, klass, params, values))


def own_rows():
    path = Path(__file__).parent / "../../models/theory/reference.csv"
    with open(path, newline="") as file:
        return {r["case_id"]: r for r in csv.DictReader(file)}


def proof(own, case, values, within=1e-6):
    """The formulas give the program's own rows."""
    for key, value in values.items():
        text = own[case].get(key, "")
        if key == "extra":
            there = json.loads(own[case]["extra"])
            pairs = [(f"{a}.{b}", x, there[a][b]) for a, of in value.items() if isinstance(of, dict)
                     for b, x in of.items() if a in there and b in there[a]]
        else:
            pairs = [(key, value, float(text))] if text else []
        for name, ours, theirs in pairs:
            if abs(ours - theirs) > within * max(1.0, abs(theirs)):
                sys.exit(f"{case} {name}: {ours} here, {theirs} in the table")


def check_formulas():
    own = own_rows()
    proof(own, "MM1-0.8", tails(queue(0.8, 1, 1), 0.8, 1, 1))
    proof(own, "MMC-20-0.8", tails(queue(16, 1, 20), 16, 1, 20))
    proof(own, "MMCK-4.5-5-20", queue(4.5, 1, 5, room=20))
    proof(own, "MMCM-single", queue(2, 1, 1, theta=0.25))
    proof(own, "MD1-0.7", mg1(0.7, 1, 0))
    proof(own, "MG1-gamma0.5-0.8", mg1(0.8, 1, 2))
    proof(own, "MDC-3-0.9", mdc(2.7, 3))
    proof(own, "MPHC-H2-2-0.8", mphc(1.6, 2, 4.0))
    proof(own, "GM1-E4-0.9", gm1(0.9, erlang_gaps(0.9, 4)))
    proof(own, "MXM1-geo2", bulk(0.3, 2, 6, 1))
    for at, row_ in enumerate(priority([0.1, 0.4], [2, 1.5], [6, 4.5])):
        proof(own, ["NP-D-c1", "NP-D-c2", "NP-D-all"][at], row_)
    for at, row_ in enumerate(priority([1.5, 3], [1, 1], [2, 2], 5)):
        proof(own, ["NPC-c5-c1", "NPC-c5-c2", "NPC-c5-all"][at], row_)
    for at, row_ in enumerate(preemptive([0.5, 0.3], [0.5, 2], [0.25, 12])):
        proof(own, ["PR-C-c1", "PR-C-c2"][at], row_)
    proof(own, "MTGINF-exp2h", many_servers(10, 6, 24, "exp", 2, [0, 3, 12, 15]))
    proof(own, "MTGINF-det6h", many_servers(10, 6, 24, "det", 6, [0, 3, 12, 15]))
    proof(own, "TRANS-backlog50", transient(4, 1, 5, 50, [1, 5, 10, 20]))
    shifts = [[0, 8, 0], [8, 18, 6], [18, 24, 0]]
    proof(own, "MTMCT-slow-mu", day(0.9, 0.5, 9, 0.5, shifts, days=16), 1e-3)
    p = [[0, 0.85, 0.1, 0], [0, 0, 0.25, 0.75], [0, 0.1, 0, 0.9], [0.08, 0, 0, 0]]
    names = ["grid", "street", "county", "verify"]
    proof(own, "JACK-governance4",
          jackson([10, 0, 0, 0], p, [5, 10, 9, 4], [3, 1.2, 0.5, 4], names))
    proof(own, "FIN-10-3-0.4", finite(10, 3, 0.4, 1))
    proof(own, "FJ2-0.9", fork_join(0.9, 1))
    proof(own, "RETR-0.7-1.0", retrial(0.7, 1, 1))
    proof(own, "POLL-exhaustive-5", polling(5, 0.12, 1, 2, 0.2, 0, False))
    proof(own, "POLL-gated-5", polling(5, 0.12, 1, 2, 0.2, 0, True))


def main():
    check_formulas()
    row("other-mm1", "M/M/1", {"c": 1, "lam": 0.125, "mu": 0.25},
        tails(queue(0.125, 0.25, 1), 0.125, 0.25, 1))
    row("other-mmc", "M/M/c", {"c": 7, "lam": 30.0, "mu": 6.0},
        tails(queue(30.0, 6.0, 7), 30.0, 6.0, 7))
    for lam, c in [(4.5, 5), (8.0, 10), (18.0, 20), (45.0, 50), (1.6, 2)]:
        row(f"other-mmc-{lam:g}-{c}", "M/M/c", {"c": c, "lam": lam, "mu": 1.0},
            tails(queue(lam, 1.0, c), lam, 1.0, c))
    row("other-mmck", "M/M/c/K", {"K": 5, "c": 2, "lam": 2.0, "mu": 1.0}, queue(2, 1, 2, room=5))
    row("other-loss", "Erlang loss M/M/c/c", {"K": 5, "c": 5, "lam": 4.5, "mu": 1.0},
        queue(4.5, 1, 5, room=5))
    row("other-md1", "M/D/1", {"c": 1, "lam": 0.2, "service": "deterministic 3"}, mg1(0.2, 3, 0))
    row("other-mdc", "M/D/c", {"c": 4, "lam": 2.6, "service": "deterministic 1"}, mdc(2.6, 4))
    row("other-logn", "M/G/1", {"c": 1, "lam": 0.8, "service": "lognormal mean 1 scv 2.25",
                                "service_mean": 1.0, "service_scv": 2.25}, mg1(0.8, 1, 2.25))
    for lam, cv in [(0.8, 0.5), (0.9, 2.0)]:
        row(f"other-logn-{lam}-{cv}", "M/G/1",
            {"c": 1, "lam": lam, "service": f"lognormal mean 1 scv {cv * cv}"},
            mg1(lam, 1, cv * cv))
    row("other-md1-0.8", "M/D/1", {"c": 1, "lam": 0.8, "service": "deterministic 1"},
        mg1(0.8, 1, 0))
    row("other-gamma", "M/G/1", {"c": 1, "lam": 0.3, "service": "gamma shape 5 mean 2"},
        mg1(0.3, 2, 0.2))
    row("other-h2", "M/PH/c", {"c": 3, "lam": 2.1, "service": "H2", "service_mean": 1.0,
                               "service_scv": 2.5}, mphc(2.1, 3, 2.5))
    row("other-e3m1", "GI/M/1", {"c": 1, "interarrival": "E3", "lam": 0.75, "mu": 1.0},
        gm1(0.75, erlang_gaps(0.75, 3)))
    for lam, c, theta in [(10.0, 10, 0.5), (12.0, 10, 1.0), (105.0, 100, 0.5)]:
        row(f"other-erlang-a-{lam:g}", "M/M/c+M (Erlang-A)",
            {"c": c, "lam": lam, "mu": 1.0, "theta": theta}, queue(lam, 1, c, theta=theta))
    row("other-batch3", "batch arrival M[X]/M/1",
        {"batch": "const", "batch_mean": 3, "batch_rate": 0.25, "c": 1, "mu": 1.0},
        bulk(0.25, 3, 9, 1))
    two = {"lams": [0.2, 0.6], "service_mean": [2.0, 0.5], "service_m2": [8.0, 0.5]}
    for at, values in enumerate(priority([0.2, 0.6], [2, 0.5], [8, 0.5])):
        row(f"other-np{at + 1}", "M/G/1 priority non-preemptive", two, values,
            ["1", "2", "all"][at])
    alike = {"lams": [0.3, 0.5], "service_mean": [1.0, 1.0], "service_m2": [2.0, 2.0]}
    for at, values in enumerate(priority([0.3, 0.5], [1, 1], [2, 2])):
        row(f"other-np-alike{at + 1}", "M/G/1 priority non-preemptive", alike, values,
            ["1", "2", "all"][at])
    pair = {"c": 5, "lams": [2.0, 2.5], "service_mean": [1.0, 1.0], "service_m2": [2.0, 2.0]}
    for at, values in enumerate(priority([2, 2.5], [1, 1], [2, 2], 5)):
        row(f"other-npc-pair{at + 1}", "M/M/c priority non-preemptive", pair, values,
            ["1", "2", "all"][at])
    three = {"lams": [0.1, 0.2, 0.3], "service_mean": [1.0, 0.5, 2.0],
             "service_m2": [2.0, 0.25, 6.0], "dists": ["exp", "det", "gamma2"]}
    for at, values in enumerate(priority([0.1, 0.2, 0.3], [1, 0.5, 2], [2, 0.25, 6])):
        row(f"other-three{at + 1}", "M/G/1 priority non-preemptive", three, values,
            ["1", "2", "3", "all"][at])
    five = {"c": 5, "lams": [1.0, 1.5, 2.0], "service_mean": [1.0, 1.0, 1.0],
            "service_m2": [2.0, 2.0, 2.0]}
    for at, values in enumerate(priority([1, 1.5, 2], [1, 1, 1], [2, 2, 2], 5)):
        row(f"other-npc{at + 1}", "M/M/c priority non-preemptive", five, values,
            ["1", "2", "3", "all"][at])
    rude = {"lams": [0.3, 0.5], "service_mean": [1.0, 1.0], "service_m2": [2.0, 2.0]}
    for at, values in enumerate(preemptive([0.3, 0.5], [1, 1], [2, 2])):
        row(f"other-pr{at + 1}", "M/G/1 priority preemptive-resume", rude, values, str(at + 1))
    row("other-inf-exp", "Mt/G/inf sinusoidal",
        {"amp": 50, "lam_mean": 100, "period_h": 24, "service": "('exp', 2)"},
        many_servers(100, 50, 24, "exp", 2, [6, 12, 18]))
    row("other-inf-det", "Mt/G/inf sinusoidal",
        {"amp": 50, "lam_mean": 100, "period_h": 24, "service": "('det', 2)"},
        many_servers(100, 50, 24, "det", 2, [6, 18]))
    shifts = [[0, 7, 3], [7, 19, 8], [19, 24, 3]]
    row("other-day", "Mt/M/c(t) periodic, calendars",
        {"amp": 2, "lam_mean": 4, "mu_per_h": 1.0, "phase_h": 9, "schedule": shifts},
        day(4, 2, 9, 1.0, shifts))
    row("other-empty", "transient M/M/c", {"c": 2, "lam": 1.6, "mu": 1.0, "n0": 0},
        transient(1.6, 1, 2, 0, [1, 3, 10, 30]))
    row("other-backlog", "transient M/M/c", {"c": 3, "lam": 1.5, "mu": 1.0, "n0": 20},
        transient(1.5, 1, 3, 20, [2, 8, 20]))
    p = [[0, 0.3, 0], [0.1, 0, 0.4], [0, 0.15, 0]]
    names = ["grid", "street", "county"]
    row("other-city3", "Jackson open network",
        {"P": p, "c": [20, 6, 4], "gamma": [15, 0, 0], "mu": [1, 1, 0.8], "nodes": names},
        jackson([15, 0, 0], p, [20, 6, 4], [1, 1, 0.8], names))
    row("other-finite", "finite source M/M/c//N", {"N": 7, "c": 2, "lam_per_source": 0.3, "mu": 1.0},
        finite(7, 2, 0.3, 1))
    for lam in [0.5, 0.8]:
        row(f"other-fork-{lam}", "fork-join", {"branches": 2, "lam": lam, "mu": 1.0},
            fork_join(lam, 1))
    row("other-retrial", "retrial M/M/1", {"lam": 0.5, "mu": 1.0, "retrial_rate": 0.5},
        retrial(0.5, 1, 0.5))
    for visit in ["exhaustive", "gated"]:
        row(f"other-{visit}", "symmetric polling",
            {"N": 3, "lam_per_queue": 0.15, "service_mean": 1.5, "service_m2": 4.5,
             "switch_mean": 0.5, "switch_var": 0.25},
            polling(3, 0.15, 1.5, 4.5, 0.5, 0.25, visit == "gated"), model=visit)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["case_id", "family", "model", "klass", "params", *COLUMNS, "extra"])
    for case, family, model, klass, params, values in ROWS:
        extra = json.dumps(values["extra"]) if "extra" in values else ""
        line = [cell(values.get(name)) for name in COLUMNS]
        out.writerow([case, family, model, klass, json.dumps(params), *line, extra])


main()
