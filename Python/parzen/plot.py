"""Pictures of densities, on Matplotlib, for people who know seaborn."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import numpy as np

from ._density import DensityMethods
from ._estimators import MixtureTransformer
from ._validation import as_frame, check_array

__all__ = ["DensityDisplay", "corner", "density"]

_LEVELS = (0.5, 0.8, 0.95)


def _axes(ax: Any):
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca()


def _table(data: Any) -> tuple[np.ndarray, list[str]]:
    frame, names = as_frame(data)
    array = check_array(frame, "data", minimum_samples=2)
    return array, names or [f"x{i}" for i in range(array.shape[1])]


def _column(data: Any, key: Any, what: str) -> tuple[np.ndarray, str]:
    """A column by its name or number, or values themselves."""
    if isinstance(key, (str, int, np.integer)):
        if data is None:
            raise ValueError(f"{what} is {key!r}: give the data that has this column")
        if isinstance(data, np.ndarray):
            return np.asarray(data)[:, int(key)], f"x{key}"
        return np.asarray(data[key]), str(key)
    return np.asarray(key), getattr(key, "name", None) or what


def _range(values: np.ndarray, margin: float = 0.15) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    width = (high - low) or 1.0
    return low - margin * width, high + margin * width


class DensityDisplay:
    """A density over one or two columns.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Places along the first axis.
    y : ndarray of shape (m,) or None
        Places along the second; None for one column.
    density : ndarray of shape (n,) or (m, n)
        The density there.
    names : sequence of str
        Of the columns.
    levels : sequence of float
        The densities around 50, 80 and 95 % of the probability.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was plotted.

    Examples
    --------
    >>> import numpy as np
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import parzen
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> display = parzen.plot.DensityDisplay.from_estimator(parzen.MixtureTransformer().fit(X), X)
    >>> display.density.shape
    (200, 200)
    """

    def __init__(self, x, y, density, names=("x", "y"), levels=()):
        self.x, self.y, self.density, self.names, self.levels = x, y, density, names, levels

    @classmethod
    def from_estimator(
        cls,
        estimator: DensityMethods,
        X: Any = None,
        *,
        columns: Any = None,
        grid_resolution: int = 200,
        ax: Any = None,
        **kwargs: Any,
    ) -> DensityDisplay:
        """Plot a fitted density, or its marginal over one or two columns.

        Parameters
        ----------
        estimator : estimator or Density
            With one or two columns, unless ``columns`` are given.
        X : array-like of shape (n_samples, n_features), optional
            Samples that the picture should hold; draws from the density decide by default.
        columns : sequence of int or str, optional
            One or two columns, the others integrated out.
        grid_resolution : int, default=200
            Places along every axis.
        ax : matplotlib.axes.Axes, optional
            Where to plot.
        **kwargs : dict
            For Matplotlib's ``plot`` or ``contourf``.

        Returns
        -------
        display : DensityDisplay
        """
        names = estimator._names()
        chosen = estimator._columns(columns) if columns is not None else list(range(len(names)))
        if len(chosen) not in (1, 2):
            raise ValueError(f"a picture has one or two columns, not {len(chosen)}: choose some by `columns`")
        target = estimator if chosen == list(range(len(names))) else estimator.marginal(chosen)
        if X is not None:
            points = check_array(as_frame(X)[0])[:, chosen]
        else:
            points = np.asarray(target._fitted().sample(2000, 0))
        return cls._of(target, points, [names[i] for i in chosen], grid_resolution).plot(ax=ax, **kwargs)

    @classmethod
    def _of(cls, estimator: DensityMethods, points: np.ndarray, names: list[str], resolution: int = 200):
        evaluate = estimator._fitted().evaluate
        x = np.linspace(*_range(points[:, 0]), resolution)
        reference = np.exp(evaluate(np.ascontiguousarray(points))[0])
        levels = sorted(float(np.quantile(reference, 1 - level)) for level in _LEVELS)
        if points.shape[1] == 1:
            return cls(x, None, np.exp(evaluate(x[:, np.newaxis])[0]), names, levels)
        y = np.linspace(*_range(points[:, 1]), resolution)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return cls(x, y, np.exp(evaluate(grid)[0]).reshape(resolution, resolution), names, levels)

    def plot(self, ax: Any = None, *, fill: bool = True, **kwargs: Any) -> DensityDisplay:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where; the current axes by default.
        fill : bool, default=True
            Fill the area under the curve, or between contours.
        **kwargs : dict
            For Matplotlib's ``plot``, ``contourf`` or ``contour``.

        Returns
        -------
        display : DensityDisplay
        """
        ax = _axes(ax)
        if self.y is None:
            (line,) = ax.plot(self.x, self.density, **kwargs)
            if fill:
                ax.fill_between(self.x, self.density, color=line.get_color(), alpha=0.2, linewidth=0)
            ax.set(xlabel=self.names[0], ylabel="density")
            ax.set_ylim(bottom=0)
        else:
            color = kwargs.pop("color", None)
            levels = sorted({*self.levels, float(self.density.max()) * (1 + 1e-9)})
            options = {"colors": [color]} if color is not None else {"cmap": kwargs.pop("cmap", "viridis")}
            if fill and color is None:
                ax.contourf(self.x, self.y, self.density, levels=levels, **options, **kwargs)
            else:
                ax.contour(self.x, self.y, self.density, levels=levels[:-1], **options, **kwargs)
            ax.set(xlabel=self.names[0], ylabel=self.names[1])
        self.ax_ = ax
        return self


def density(
    data: Any = None, *, x: Any = None, y: Any = None, hue: Any = None, ax: Any = None, fill: bool = True, **kwargs: Any
):
    """Plot the density of one or two columns.

    Parameters
    ----------
    data : data frame, array-like, estimator or Density, optional
        A table with the columns ``x``, ``y`` and ``hue``, or a fitted density of one or two columns.
    x, y : str, int or array-like, optional
        Columns of the data, or values. With neither, the first two columns of the data.
    hue : str, int or array-like, optional
        Groups, each with a density and a colour of its own, scaled by their shares.
    ax : matplotlib.axes.Axes, optional
        Where to plot.
    fill : bool, default=True
        Fill the area under curves, or between contours where there is no hue.
    **kwargs : dict
        For Matplotlib's ``plot``, ``contour`` or ``contourf``.

    Returns
    -------
    ax : matplotlib.axes.Axes

    Examples
    --------
    >>> import numpy as np
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import parzen
    >>> values = np.random.default_rng(0).normal(size=(200, 2))
    >>> parzen.plot.density(values, x=0).get_ylabel()
    'density'
    """
    if isinstance(data, DensityMethods):
        return DensityDisplay.from_estimator(data, ax=ax, fill=fill, **kwargs).ax_
    if x is None and y is None:
        if data is None:
            raise ValueError("give data, or x")
        table, names = _table(np.asarray(data)[:, np.newaxis] if np.ndim(data) == 1 else data)
        values, labels = table[:, :2], names[:2]
    else:
        given = [_column(data, key, what) for key, what in ((x, "x"), (y, "y")) if key is not None]
        values = check_array(np.column_stack([column for column, _ in given]), "data", minimum_samples=2)
        labels = [str(label) for _, label in given]
        if x is None:
            labels = labels[:1]
    ax = _axes(ax)
    if hue is None:
        DensityDisplay._of(MixtureTransformer().fit(values), values, labels).plot(ax, fill=fill, **kwargs)
        return ax
    import matplotlib.pyplot as plt

    groups, _ = _column(data, hue, "hue")
    if len(groups) != len(values):
        raise ValueError(f"hue has {len(groups)} values, the data have {len(values)}: give one for each")
    colors = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    for number, group in enumerate(np.unique(groups)):
        part = values[groups == group]
        display = DensityDisplay._of(MixtureTransformer().fit(part), part, labels)
        if display.y is None:
            display.density = display.density * (len(part) / len(values))
        color = colors[number % len(colors)]
        display.plot(ax, fill=fill, color=color, **({"label": str(group)} if display.y is None else {}), **kwargs)
        if display.y is not None:
            ax.plot([], [], color=color, label=str(group))
    ax.legend()
    return ax


def corner(data: Any, *, estimator: DensityMethods | None = None, figure: Any = None, resolution: int = 100):
    """Plot the marginals of every column and every pair of columns, with the samples.

    Parameters
    ----------
    data : array-like or data frame of shape (n_samples, n_features)
        Samples.
    estimator : estimator or Density, optional
        The density of all columns; a ``MixtureTransformer`` fitted to the data by default.
    figure : matplotlib.figure.Figure, optional
        Where to plot.
    resolution : int, default=100
        Places along every axis.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> import numpy as np
    >>> import matplotlib
    >>> matplotlib.use("agg")
    >>> import parzen
    >>> len(parzen.plot.corner(np.random.default_rng(0).normal(size=(200, 3)), resolution=20).axes)
    6
    """
    import matplotlib.pyplot as plt

    table, names = _table(data)
    d = len(names)
    estimator = MixtureTransformer().fit(table) if estimator is None else estimator
    figure = plt.figure(figsize=(2.2 * d, 2.2 * d), layout="constrained") if figure is None else figure
    shown = table[:: max(1, len(table) // 1000)]
    for i in range(d):
        for j in range(i + 1):
            ax = figure.add_subplot(d, d, i * d + j + 1)
            columns = [i] if i == j else [j, i]
            display = DensityDisplay._of(
                estimator.marginal(columns), table[:, columns], [names[k] for k in columns], resolution
            )
            display.plot(ax)
            if i != j:
                ax.plot(shown[:, j], shown[:, i], ".", color="black", markersize=1.5, alpha=0.4)
            ax.locator_params(nbins=3)
            ax.tick_params(labelsize="x-small")
            for axis in (ax.xaxis, ax.yaxis):
                axis.set_major_formatter("{x:.3g}")
            ax.set_xlabel("\n".join(wrap(names[j], 22)) if i == d - 1 else "")
            ax.set_ylabel("\n".join(wrap(names[i], 22)) if j == 0 < i else "")
            ax.label_outer(remove_inner_ticks=False)
    return figure
