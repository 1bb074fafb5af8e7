"""The mixture transformer: whitened samples and anchors in, a mixture of Gaussians and its loss out.

Shapes: B contexts, n samples, m queries, d dimensions, K latents, C scalar and V vector channels, h attention heads,
H mixture heads, r probes. Weights act on channels only, so that they know neither n nor d.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from targets import gaussian_mixtures
from whitening import anchor_count, farthest_points, whiten

DEFAULT = dict(C=64, V=24, L=4, h=4, ds=16, dv=8, H=192, Vh=32, hm=4, r=2, kmax=32)
TINY = dict(C=8, V=4, L=2, h=2, ds=4, dv=2, H=12, Vh=3, hm=2, r=2, kmax=4)


def init_params(cfg, seed=0):
    """Parameters by name: matrices (in, out) from N(0, s^2 / in), gains 1, biases as below."""
    rng = np.random.default_rng(seed)
    names = ("C", "V", "h", "ds", "dv", "H", "Vh", "hm", "r")
    C, V, h, ds, dv, H, Vh, hm, r = (cfg[k] for k in names)
    p = {}

    def matrix(name, rows, columns, s=1.0):
        p[name] = (rng.standard_normal((rows, columns)) * s / math.sqrt(rows)).astype(np.float32)

    def vector(name, values):
        p[name] = np.asarray(values, np.float32)

    def mixture(name):
        """Tokens to [logit, log e, log g, gate of the mean] for each mixture head."""
        vector(f"{name}.gain", np.ones(C))
        matrix(f"{name}.w", C, 4 * hm, 0.1)
        spread = [np.zeros(hm), np.linspace(0.0, -1.5, hm), np.full(hm, -0.4), np.ones(hm)]
        vector(f"{name}.b", np.concatenate(spread))
        matrix(f"{name}.center", V, hm, 0.1)
        matrix(f"{name}.lowrank", V, hm * r)
        matrix(f"{name}.lowgate", C, hm * r, 0.1)
        vector(f"{name}.lowgate_b", np.full(hm * r, -2.0))
        vector(f"{name}.logn", np.ones(hm))

    matrix("embed.s", 6, C)
    matrix("embed.v", 2, V)
    for layer in range(cfg["L"]):
        name = f"layer{layer}"
        mixture(f"{name}.mix")
        matrix(f"{name}.moment.probe", V, hm * r)
        matrix(f"{name}.moment.s", 5 * hm, C, 0.7)
        matrix(f"{name}.moment.v", (1 + r) * hm, V, 0.7)
        vector(f"{name}.moment.b", np.zeros(C))
        vector(f"{name}.attn.gain_s", np.ones(C))
        vector(f"{name}.attn.gain_v", np.ones(V))
        vector(f"{name}.attn.temp", np.zeros(h))
        for part in "qkv":
            matrix(f"{name}.attn.{part}s", C, h * ds)
            matrix(f"{name}.attn.{part}v", V, h * dv)
        matrix(f"{name}.attn.os", h * ds, C, 0.5)
        matrix(f"{name}.attn.ov", h * dv, V, 0.5)
        vector(f"{name}.ffn.gain_s", np.ones(C))
        vector(f"{name}.ffn.gain_v", np.ones(V))
        matrix(f"{name}.ffn.ab", V, 2 * Vh)
        matrix(f"{name}.ffn.in", C + Vh, H)
        vector(f"{name}.ffn.in_b", np.zeros(H))
        matrix(f"{name}.ffn.out", H, C, 0.5)
        matrix(f"{name}.ffn.gate", H, Vh, 0.5)
        matrix(f"{name}.ffn.vout", Vh, V, 0.5)
    mixture("read")
    matrix("read.pick", C, hm, 0.1)
    vector("read.pick_b", np.zeros(hm))
    return p


def scalar_norm(t):
    """Root-mean-square norm over the channels: t (..., C)."""
    return t * jax.lax.rsqrt(jnp.mean(t * t, -1, keepdims=True) + 1e-6)


def vector_norm(u):
    """The same for vector channels, u (..., d, V): a mean squared length of 1."""
    return u * jax.lax.rsqrt(jnp.mean(jnp.sum(u * u, -2, keepdims=True), -1, keepdims=True) + 1e-6)


def attention(q, k, v):
    """Softmax attention (B, h, T, c) of logits q . k."""
    weights = jax.nn.softmax(jnp.einsum("bhtc,bhsc->bhts", q, k), -1)
    return jnp.einsum("bhts,bhsc->bhtc", weights, v)


def self_attention(p, cfg, t, u):
    """Attention among the latents: a head holds ds scalars and dv vectors, dv * d numbers."""
    B, K, d, _ = u.shape
    h, ds, dv = cfg["h"], cfg["ds"], cfg["dv"]
    scalars = scalar_norm(t) * p["attn.gain_s"]
    vectors = vector_norm(u) * p["attn.gain_v"]

    def project(part):
        s = (scalars @ p[f"attn.{part}s"]).reshape(B, K, h, ds).transpose(0, 2, 1, 3)
        v = (vectors @ p[f"attn.{part}v"]).reshape(B, K, d, h, dv).transpose(0, 3, 1, 2, 4)
        return jnp.concatenate([s, v.reshape(B, h, K, d * dv)], -1)

    scale = jnp.exp(p["attn.temp"])[:, None, None] / math.sqrt(ds + 2 * dv)
    o = attention(project("q") * scale, project("k"), project("v"))
    os = o[..., :ds].transpose(0, 2, 1, 3).reshape(B, K, h * ds)
    ov = o[..., ds:].reshape(B, h, K, d, dv).transpose(0, 2, 3, 1, 4).reshape(B, K, d, h * dv)
    return t + os @ p["attn.os"], u + ov @ p["attn.ov"]


def feed_forward(p, t, u):
    """Scalars from scalars and from inner products of vectors; vectors gated by scalars."""
    scalars = scalar_norm(t) * p["ffn.gain_s"]
    a, b = jnp.split((vector_norm(u) * p["ffn.gain_v"]) @ p["ffn.ab"], 2, -1)
    products = (a * b).sum(-2) / math.sqrt(2)
    z = jax.nn.silu(jnp.concatenate([scalars, products], -1) @ p["ffn.in"] + p["ffn.in_b"])
    return t + z @ p["ffn.out"], u + ((z @ p["ffn.gate"])[..., None, :] * a) @ p["ffn.vout"]


def head_mixture(p, cfg, t, u, state):
    """One Gaussian a cell: log weights (B, H, K), means, and e, g, U of e I + g T + U U^T."""
    mean, shift, covariance, log_count, base = state
    B, K, d, _ = u.shape
    hm, r = cfg["hm"], cfg["r"]
    scalars = scalar_norm(t) * p["gain"]
    out = (scalars @ p["w"] + p["b"]).reshape(B, K, 4, hm).transpose(2, 0, 3, 1)
    gate = jnp.exp(jnp.clip(scalars @ p["lowgate"] + p["lowgate_b"], -6, 1))
    log_weight = out[0] + p["logn"][:, None] * log_count
    e = base * jnp.exp(jnp.clip(out[1], -5, 3))
    g = jnp.exp(jnp.clip(out[2], -5, 1))
    mean = mean + out[3][..., None] * shift + (u @ p["center"]).transpose(0, 3, 1, 2)
    low = (vector_norm(u) @ p["lowrank"]) * gate[:, :, None, :]
    return log_weight, mean, e, g, low.reshape(B, K, d, hm, r).transpose(0, 3, 1, 2, 4)


def layer(p, cfg, x, state, t, u):
    """An EM step in every head, which the tokens correct; its moments tell the tokens."""
    mean, shift, covariance, log_count, base = state
    B, n, d = x.shape
    K = t.shape[1]
    hm, r = cfg["hm"], cfg["r"]
    part = lambda name: {k[len(name) + 1 :]: v for k, v in p.items() if k.startswith(name + ".")}
    log_weight, mean, e, g, low = head_mixture(part("mix"), cfg, t, u, state)
    sigma = e[..., None, None] * jnp.eye(d) + g[..., None, None] * covariance
    sigma = sigma + jnp.einsum("bhkir,bhkjr->bhkij", low, low)
    precision, log_det = jnp.linalg.inv(sigma), jnp.linalg.slogdet(sigma)[1]

    difference = x[:, None, :, None] - mean[:, :, None]
    squares = jnp.einsum("bhnki,bhkij,bhnkj->bhnk", difference, precision, difference)
    logits = (log_weight - 0.5 * log_det)[:, :, None] - 0.5 * squares
    log_likelihood = jax.scipy.special.logsumexp(logits, -1, keepdims=True)
    responsibilities = jnp.exp(logits - log_likelihood)

    count = responsibilities.sum(2)
    share = 1 / (count + 0.3)
    shift = jnp.einsum("bhnk,bhnki->bhki", responsibilities, difference) * share[..., None]
    second = jnp.einsum("bhnk,bhnki,bhnkj->bhkij", responsibilities, difference, difference)
    second = second * share[..., None, None]
    covariance = second - shift[..., :, None] * shift[..., None, :]
    variance = jnp.trace(second, axis1=-2, axis2=-1) / d
    log_count = jnp.log(count * (K / n) + 0.1)
    likelihood = (responsibilities * log_likelihood).sum(2) * share / d
    spread = jnp.log((precision * second).sum((-1, -2)) / d + 0.1)
    facts = [log_count, jnp.log(variance + 1e-3), jnp.log((shift * shift).sum(-1) / d + 1e-3), likelihood, spread]
    probes = (vector_norm(u) @ p["moment.probe"]).reshape(B, K, d, hm, r)
    probed = jnp.einsum("bhkij,bkjhr->bkihr", second, probes).reshape(B, K, d, hm * r)
    facts = jnp.stack(facts, -1).transpose(0, 2, 1, 3).reshape(B, K, 5 * hm)
    t = t + facts @ p["moment.s"] + p["moment.b"]
    u = u + jnp.concatenate([shift.transpose(0, 2, 3, 1), probed], -1) @ p["moment.v"]
    t, u = self_attention(p, cfg, t, u)
    t, u = feed_forward(p, t, u)
    return (mean, shift, covariance, log_count, base), t, u


def components(p, cfg, x, anchors):
    """Whitened samples (B, n, d), anchors (B, K, d): log weights, means, precisions, their log determinants."""
    B, n, d = x.shape
    K, hm = anchors.shape[1], cfg["hm"]
    base = K ** (-2 / (d + 4))
    one = jnp.ones((B, K, 1))
    squared = (anchors * anchors).sum(-1, keepdims=True)
    features = [
        one, squared / d - 1, jnp.sqrt(squared / d + 1e-6) - 1, one * (6 / math.sqrt(n)), one / d,
        one * (d / (d + n / 8)),
    ]  # fmt: skip
    t = jnp.concatenate(features, -1) @ p["embed.s"]
    u = jnp.stack([anchors, anchors * jax.lax.rsqrt(1 + squared)], -1) @ p["embed.v"]
    by_head = lambda a: jnp.broadcast_to(a[:, None], (B, hm) + a.shape[1:])
    covariance = jnp.broadcast_to(base * jnp.eye(d), (B, hm, K, d, d))
    state = (by_head(anchors), by_head(jnp.zeros_like(anchors)), covariance, jnp.zeros((B, hm, K)), base)
    for index in range(cfg["L"]):
        prefix = f"layer{index}."
        own = {k[len(prefix) :]: v for k, v in p.items() if k.startswith(prefix)}
        state, t, u = layer(own, cfg, x, state, t, u)
    read = {k[5:]: v for k, v in p.items() if k.startswith("read.")}
    log_weight, mean, e, g, low = head_mixture(read, cfg, t, u, state)
    logits = scalar_norm(t) * read["gain"] @ read["pick"] + read["pick_b"]
    share = jax.nn.softmax(logits, -1).transpose(0, 2, 1)
    sigma = (share * e).sum(1)[..., None, None] * jnp.eye(d)
    sigma = sigma + ((share * g)[..., None, None] * state[2]).sum(1)
    sigma = sigma + jnp.einsum("bhk,bhkir,bhkjr->bkij", share, low, low)
    means = (share[..., None] * mean).sum(1)
    log_weights = jax.nn.log_softmax((share * log_weight).sum(1), -1)
    return log_weights, means, jnp.linalg.inv(sigma), -jnp.linalg.slogdet(sigma)[1]


def log_density(log_weights, means, precisions, log_dets, y):
    """log f at queries y (B, m, d)."""
    difference = y[:, :, None] - means[:, None]
    squares = jnp.einsum("bmki,bkij,bmkj->bmk", difference, precisions, difference)
    constant = log_weights + 0.5 * log_dets - 0.5 * y.shape[-1] * math.log(2 * math.pi)
    return jax.scipy.special.logsumexp(constant[:, None] - 0.5 * squares, -1)


def evaluate(mixture, y):
    """log f and its gradient in y, by differentiation."""
    f = lambda y: log_density(*mixture, y)
    return f(y), jax.grad(lambda y: f(y).sum())(y)


def pseudo_huber(squared, delta=3.0):
    return 2 * delta**2 * (jnp.sqrt(1 + squared / delta**2) - 1)


def loss(p, cfg, batch):
    """The score's error in the batch's metric plus half the log density's; larger n counts more."""
    mixture = components(p, cfg, batch["x"], batch["c0"])
    log_f, score = evaluate(mixture, batch["y"])
    n, d = batch["x"].shape[1:]
    error = jnp.einsum("bmi,bij->bmj", score - batch["s"], batch["M"])
    scores = pseudo_huber((error * error).sum(-1) / (d * batch["nrm"][:, None])).mean()
    logs = pseudo_huber((log_f - batch["lf"]) ** 2 / math.sqrt(d)).mean()
    return min(3.0, (n / 256) ** 0.4) * (scores + 0.5 * logs), (scores, logs)


def make_batch(rng, contexts, samples, queries, dimension, most=32, widened=0.25):
    """Random mixtures, whitened, in Float32; M is the metric of the score's error, from whitened to original units."""
    X, Y, log_f, score = gaussian_mixtures(rng, contexts, samples, queries, dimension, widened=widened)
    x, mean, root, inverse, log_det = whiten(X)
    score = score @ inverse
    unwidened = queries - round(queries * widened)
    scale = ((score[:, :unwidened] @ root) ** 2).sum(-1).mean(1) / dimension
    batch = dict(
        x=x, y=(Y - mean) @ root, c0=farthest_points(x, anchor_count(samples, most)),
        lf=log_f - log_det[:, None], s=score, M=root, nrm=scale,
    )  # fmt: skip
    return {name: value.astype(np.float32) for name, value in batch.items()}


def estimate(p, cfg, X, Y):
    """Log density (B, m) and score (B, m, d) at Y in the units of the samples X."""
    x, mean, root, _, log_det = whiten(X)
    mixture = components(p, cfg, jnp.asarray(x), farthest_points(x, anchor_count(X.shape[1], cfg["kmax"])))
    log_f, score = evaluate(mixture, jnp.asarray((Y - mean) @ root))
    return np.asarray(log_f) + log_det[:, None], np.asarray(score) @ root
