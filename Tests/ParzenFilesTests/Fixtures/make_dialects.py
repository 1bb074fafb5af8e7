"""Writes the folder Dialects: one table in the dialects of pandas, R, LibreOffice, GetDist and NumPy.

Run it in this folder, with those programs installed: python make_dialects.py
The file manifest.json says what every file holds, or the question that reading it has to ask and the options
that answer it.
"""
import gzip
import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
from getdist import MCSamples

folder = Path("Dialects")
folder.mkdir(exist_ok=True)
manifest = []

random = np.random.default_rng(5)
x = np.round(random.normal(50, 12, 14), 2)
y = np.round(random.normal(-1, 3, 14), 3)
counts = random.integers(1200, 98000, 14)
small = random.integers(3, 40, 14)
frame = pd.DataFrame({"mass": x, "shift": y})
species = ["red", "blue"] * 7


def add(name, values, names=None, question=None, note=None, **options):
    """Notes a file: its values and names, a part of the question that it asks without options, a part of a note."""
    values = np.asarray(values, dtype=float)
    values = values.reshape(len(values), -1)
    manifest.append({
        "file": name, "values": [[None if np.isnan(v) else v for v in row] for row in values.tolist()],
        "names": names or [f"x{i + 1}" for i in range(values.shape[1])],
        "question": question, "note": note, "options": options})


def refuse(name, message):
    manifest.append({"file": name, "refusal": message})


def pandas_files():
    both = frame.to_numpy()
    names = ["mass", "shift"]

    def write(name, table=frame, values=both, expected=names, question=None, note=None, options=None, **arguments):
        table.to_csv(folder / name, **arguments)
        add(name, values, expected, question, note, **(options or {}))

    write("pandas-plain.csv", index=False)
    write("pandas-index.csv", note="row numbers")
    write("pandas-index-gaps.csv", frame.drop([2, 5, 6]), frame.drop([2, 5, 6]).to_numpy(), note="row numbers")
    shuffled = frame.sample(frac=1, random_state=1)
    write("pandas-index-shuffled.csv", shuffled, shuffled.to_numpy(), note="row numbers")
    write("pandas-index-label.csv", index_label="id", note="row numbers")
    write("pandas-index-named.csv", frame.rename_axis("index"), note="row numbers")
    frame.to_csv(folder / "scratch.csv")
    again = pd.read_csv(folder / "scratch.csv")
    (folder / "scratch.csv").unlink()
    write("pandas-unnamed.csv", again, index=False, note="row numbers")
    write("pandas-text-index.csv", frame.set_index(pd.Index([f"sample {i}" for i in range(14)])), note="row names")
    write("pandas-tabs.tsv", sep="\t", index=False)
    write("pandas-bars.txt", sep="|", index=False)
    write("pandas-colons.txt", sep=":", index=False)
    write("pandas-semicolons.csv", sep=";", index=False)
    write("pandas-european.csv", sep=";", decimal=",", index=False, note="decimal commas")
    write("pandas-european-tabs.tsv", sep="\t", decimal=",", index=False, note="decimal commas")
    write("pandas-european-quoted.csv", decimal=",", index=False, quoting=1, note="decimal commas")
    write("pandas-european-index.csv", sep=";", decimal=",", note="row numbers")
    write("pandas-one-column-commas.csv", frame[["mass"]], frame[["mass"]], ["mass"], decimal=",", sep=";", index=False)
    write("pandas-one-column-no-header.csv", frame[["mass"]], frame[["mass"]], ["x1"], decimal=",", sep=";",
          index=False, header=False, note="decimal commas")
    write("pandas-quoted.csv", index=False, quoting=1)
    write("pandas-exponents.csv", index=False, float_format="%.10e")
    write("pandas-no-header.csv", expected=["x1", "x2"], index=False, header=False)
    write("pandas-range-header.csv", pd.DataFrame(both), expected=["0", "1"], index=False, note="taken as the names")
    write("pandas-range-header-index.csv", pd.DataFrame(both), expected=["0", "1"], note="row numbers")
    write("pandas-series.csv", frame["mass"].rename(None), frame[["mass"]], ["0"], note="row numbers")
    write("pandas-years.csv", frame.set_axis(["1999", "2000"], axis=1), expected=["1999", "2000"], index=False,
          note="taken as the names")
    whole = pd.DataFrame({1999: small, 2000: small + 3})
    write("pandas-whole-years.csv", whole, whole.to_numpy(), ["1999", "2000"], index=False, question="`header = yes`",
          options={"header": "yes"})
    write("pandas-year-named.csv", frame.set_axis(["mass", "2024"], axis=1), expected=["mass", "2024"], index=False)
    frame.to_csv(folder / "pandas-plain.csv.gz", index=False)
    add("pandas-plain.csv.gz", both, names)
    frame.to_csv(folder / "pandas-utf16.csv", index=False, encoding="utf-16")
    add("pandas-utf16.csv", both, names)
    frame.to_csv(folder / "pandas-bom.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    add("pandas-bom.csv", both, names)
    latin = frame.set_axis(["größe", "länge"], axis=1)
    latin.to_csv(folder / "pandas-latin1.csv", index=False, encoding="latin-1")
    add("pandas-latin1.csv", both, ["größe", "länge"])
    text = frame.assign(species=species)[["species", "mass", "shift"]]
    write("pandas-text-column.csv", text, index=False, question="`droppedColumns = species`",
          options={"drop": ["species"]})
    write("pandas-chosen.csv", text, frame[["shift"]], ["shift"], index=False, options={"columns": ["shift"]})
    write("pandas-chosen-order.csv", text, frame[["shift", "mass"]], ["shift", "mass"], index=False,
          options={"columns": ["3", "mass"]})
    gaps = frame.copy()
    gaps.loc[3, "mass"] = np.nan
    complete = gaps.dropna().to_numpy()
    for mark in ["", "NA", "--", "\\N", "*", "missing", "n/a", "NULL", "#N/A", "NaN", "-", "."]:
        spelled = {"": "empty", "\\N": "backslash-N", "*": "star", "n/a": "n-a", "#N/A": "N-A", ".": "point"}
        name = f"pandas-missing-{spelled.get(mark, mark)}.csv"
        write(name, gaps, complete, index=False, na_rep=mark, question="`dropMissing`", options={"dropMissing": True})
    write("pandas-missing-code.csv", gaps, complete, index=False, na_rep="nope", question="`missing",
          options={"missing": ["nope"], "dropMissing": True})
    far = frame.copy()
    far.loc[[2, 7, 9], "shift"] = -999
    write("pandas-far-code.csv", far, far.to_numpy(), index=False, note="-999 stands 3 times")
    write("pandas-far-code-named.csv", far, far[far["shift"] != -999].to_numpy(), index=False,
          options={"missing": ["-999"], "dropMissing": True})
    truth = frame.assign(flag=frame["mass"] > 50)
    write("pandas-truth.csv", truth, truth.astype(float), ["mass", "shift", "flag"], index=False, note="true and false")
    thousands = pd.DataFrame({"people": [f"{v:,}" for v in counts], "rate": x})
    write("pandas-thousands.csv", thousands, np.column_stack([counts, x]), ["people", "rate"], index=False,
          note="between thousands")
    only = pd.DataFrame({"people": [f"{v:,}" for v in counts], "size": small})
    write("pandas-thousands-open.csv", only, np.column_stack([counts, small]), ["people", "size"], index=False,
          question="`groupMark = ,`", options={"thousands": ","})
    points = pd.DataFrame({"people": [f"{v:,}".replace(",", ".") for v in counts], "rate": x})
    write("pandas-thousands-points.csv", points, np.column_stack([counts, x]), ["people", "rate"], sep=";", decimal=",",
          index=False, note="decimal commas")
    spaces = pd.DataFrame({"people": [f"{v:,}".replace(",", "\u202f") for v in counts], "rate": x})
    write("pandas-thousands-spaces.csv", spaces, np.column_stack([counts, x]), ["people", "rate"], index=False)
    frame.to_json(folder / "pandas.json")
    refuse("pandas.json", "this is JSON")
    frame.to_html(folder / "pandas.html")
    refuse("pandas.html", "this is HTML or XML")
    frame.to_excel(folder / "pandas.xlsx")
    refuse("pandas.xlsx", "this is an Excel (.xlsx) file")
    (folder / "pandas.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    refuse("pandas.parquet", "this is a Parquet file")
    frame.to_pickle(folder / "pandas.pickle", protocol=4)
    refuse("pandas.pickle", "this is a Python pickle")
    frame.to_stata(folder / "pandas.dta")
    refuse("pandas.dta", "this is a Stata file")


def numpy_files():
    both = frame.to_numpy()
    np.savetxt(folder / "savetxt.txt", both)
    add("savetxt.txt", both)
    np.savetxt(folder / "savetxt-names.txt", both, header="mass shift")
    add("savetxt-names.txt", both, ["mass", "shift"])
    np.savetxt(folder / "savetxt-commas.csv", both, delimiter=",", header="mass,shift")
    add("savetxt-commas.csv", both, ["mass", "shift"])
    np.savetxt(folder / "savetxt-fixed.txt", both, fmt="%12.4f")
    add("savetxt-fixed.txt", both)
    np.savetxt(folder / "savetxt-percent.txt", both, header="written by a simulation", comments="% ")
    add("savetxt-percent.txt", both)
    np.savetxt(folder / "savetxt-units.csv", both, fmt="%.4f", delimiter=",", header="mass,shift\nkg,mm", comments="")
    add("savetxt-units.csv", both, ["mass", "shift"], note="units")
    np.savetxt(folder / "savetxt-preamble.csv", both, fmt="%.4f", delimiter=",",
               header="Instrument 7\nMeasured on a Monday\n\nmass,shift", comments="")
    add("savetxt-preamble.csv", both, ["mass", "shift"], note="skipped")
    np.savetxt(folder / "savetxt-trailing.csv", both, fmt="%.4f,", delimiter="", header="mass,shift,", comments="")
    add("savetxt-trailing.csv", both, ["mass", "shift"])
    np.savetxt(folder / "savetxt-trailing-rows.csv", both, fmt="%.4f,", delimiter="", header="mass,shift", comments="")
    add("savetxt-trailing-rows.csv", both, ["mass", "shift"])
    text = (folder / "savetxt-commas.csv").read_text().splitlines()[1:]
    text[0] = "<0.1," + text[0].split(",")[1]
    (folder / "damaged-first.csv").write_text("\n".join(text) + "\n")
    refuse("damaged-first.csv", "line 1, column 1 has \"<0.1\"")
    fortran = [" ".join(f"{v:.6E}".replace("E", "D") for v in row) for row in both]
    (folder / "fortran.dat").write_text("\n".join(fortran) + "\n")
    add("fortran.dat", both)
    for kind in ["i1", "i4", "i8", "u2", "f2", "?"]:
        values = (both * (1 if kind != "?" else 0.02)).astype(kind) if kind != "u2" else np.abs(both).astype("u2")
        name = f"numpy-{kind.replace('?', 'bool')}.npy"
        np.save(folder / name, values)
        add(name, values)
    chains = random.normal(size=(2, 7, 3))
    np.save(folder / "numpy-chains.npy", chains)
    add("numpy-chains.npy", chains.reshape(14, 3), note="chains")
    np.save(folder / "numpy-chains-fortran.npy", np.asfortranarray(chains))
    add("numpy-chains-fortran.npy", chains.reshape(14, 3), note="chains")
    np.save(folder / "numpy-records.npy", frame.to_records(index=False))
    add("numpy-records.npy", both, ["mass", "shift"])
    np.savez(folder / "numpy-one.npz", samples=both)
    add("numpy-one.npz", both)
    np.savez_compressed(folder / "numpy-columns.npz", mass=x, shift=y)
    add("numpy-columns.npz", both, ["mass", "shift"])
    np.savez(folder / "numpy-several.npz", samples=both, covariance=np.eye(2))
    add("numpy-several.npz", both, question="`array", array="samples")
    with gzip.open(folder / "numpy.npy.gz", "wb") as file:
        np.save(file, both)
    add("numpy.npy.gz", both)


def getdist_files():
    weights = random.integers(1, 5, 14).astype(float)
    chain = MCSamples(samples=frame.to_numpy(), weights=weights, loglikes=random.uniform(1, 9, 14),
                      names=["mass", "shift"], labels=["M", "s"], settings={"ignore_rows": 0})
    chain.saveAsText(str(folder / "getdist"))
    (folder / "getdist.ranges").unlink(missing_ok=True)
    add("getdist.txt", chain.samples, ["mass", "shift"], format="chain")
    manifest[-1]["weights"] = chain.weights.tolist()


def r_files():
    script = """
    d <- read.csv("Dialects/pandas-plain.csv")
    rownames(d) <- paste("case", seq_len(nrow(d)))
    write.csv(d, "Dialects/r-row-names.csv")
    rownames(d) <- NULL
    write.csv(d, "Dialects/r-write.csv")
    write.csv(d, "Dialects/r-no-rows.csv", row.names = FALSE)
    write.csv2(d, "Dialects/r-csv2.csv")
    write.csv2(d, "Dialects/r-csv2-no-rows.csv", row.names = FALSE)
    write.table(d, "Dialects/r-table.txt")
    write.table(d, "Dialects/r-table-plain.txt", quote = FALSE)
    write.table(d, "Dialects/r-table-no-names.txt", col.names = FALSE)
    write.table(d, "Dialects/r-table-bare.txt", col.names = FALSE, row.names = FALSE)
    write.csv(cbind(X = seq_len(nrow(d)), d), "Dialects/r-read-again.csv", row.names = FALSE)
    d$mass[4] <- NA
    write.csv(d, "Dialects/r-missing.csv", row.names = FALSE)
    saveRDS(d, "Dialects/r.rds")
    """
    subprocess.run(["Rscript", "-e", script], check=True)
    both, names = frame.to_numpy(), ["mass", "shift"]
    add("r-row-names.csv", both, names, note="row names")
    for name in ["r-write.csv", "r-table.txt", "r-table-plain.txt", "r-csv2.csv", "r-read-again.csv"]:
        add(name, both, names, note="row numbers")
    for name in ["r-no-rows.csv", "r-csv2-no-rows.csv"]:
        add(name, both, names)
    add("r-table-no-names.txt", both, note="row numbers")
    add("r-table-bare.txt", both)
    add("r-missing.csv", np.delete(both, 3, axis=0), names, question="`dropMissing`", dropMissing=True)
    refuse("r.rds", "this is an R data file (.rds)")


def libreoffice_files():
    def convert(source, token, suffix, extra=""):
        subprocess.run(["soffice", "--headless", "--convert-to", f"{suffix}:{token}", "--outdir", "scratch",
                        str(folder / source)], check=True, capture_output=True)

    both, names = frame.to_numpy(), ["mass", "shift"]
    frame.to_excel(folder / "book.xlsx", index=False)
    # Separator, text delimiter, encoding, first line, formats, language, quote all text, as shown.
    filters = {
        "libreoffice-commas.csv": "44,34,76,1,,0,false,true",
        "libreoffice-semicolons.csv": "59,34,76,1,,0,false,true",
        "libreoffice-tabs.csv": "9,34,76,1,,0,false,true",
        "libreoffice-utf16.csv": "9,34,65535,1,,0,false,true",
    }
    for name, token in filters.items():
        convert("book.xlsx", f"Text - txt - csv (StarCalc):{token}", "csv")
        text = Path("scratch/book.csv").read_bytes()
        (folder / name).write_bytes(text)
        add(name, both, names)
    # Formats of other countries, as shown.
    for name, token, language in [("german", "59,34,76", "407"), ("german-commas", "44,34,76", "407"),
                                  ("swiss", "59,34,76", "807"), ("american", "44,34,76", "409")]:
        with pd.ExcelWriter("country.xlsx") as writer:
            pd.DataFrame({"people": counts, "rate": x}).to_excel(writer, index=False)
            for row in writer.book.active.iter_rows(min_row=2):
                row[0].number_format, row[1].number_format = f"[$-{language}]#,##0", f"[$-{language}]#,##0.00"
        convert = ["soffice", "--headless", "--convert-to", f"csv:Text - txt - csv (StarCalc):{token},1,,0,false,true"]
        subprocess.run([*convert, "--outdir", "scratch", "country.xlsx"], check=True, capture_output=True)
        (folder / f"libreoffice-{language}-{name}.csv").write_bytes(Path("scratch/country.csv").read_bytes())
        add(f"libreoffice-{language}-{name}.csv", np.column_stack([counts, x]), ["people", "rate"],
            note="between thousands")
        Path("country.xlsx").unlink()
    convert("book.xlsx", "calc8", "ods")
    (folder / "libreoffice.ods").write_bytes(Path("scratch/book.ods").read_bytes())
    refuse("libreoffice.ods", "this is an OpenDocument (.ods) file")
    convert("book.xlsx", "MS Excel 97", "xls")
    (folder / "libreoffice.xls").write_bytes(Path("scratch/book.xls").read_bytes())
    refuse("libreoffice.xls", "this is an old Excel (.xls) file")
    (folder / "book.xlsx").unlink()
    for file in Path("scratch").iterdir():
        file.unlink()
    Path("scratch").rmdir()


pandas_files()
numpy_files()
getdist_files()
r_files()
libreoffice_files()
(folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
print(len(manifest), "files")
