/// Files that hold tables in formats that are not read here, told by their first bytes, with a way to
/// convert each.
enum ForeignFormat {
  /// The format of a file that can be read.
  ///
  /// - Throws: `FormatError` with the name of the format and the way to convert it, if it is another one.
  static func tableFormat(of bytes: [UInt8]) throws(FormatError) -> TableOptions.Format {
    if bytes.starts(with: NumPyHeader.magic) { return .npy }
    if ZipArchive.isArchive(bytes) {
      let names = try ZipArchive(bytes).members.map(\.name)
      if names.contains(where: { $0.hasSuffix(".npy") }) { return .npz }
      throw FormatError(archiveAdvice(names))
    }
    if let format = formats.first(where: { $0.matches(bytes) }) {
      throw FormatError("this is \(format.name): convert it, \(format.advice)")
    }
    return .csv
  }

  private struct Format {
    var name: String
    var offset = 0
    var magic: [UInt8]
    var advice: String

    func matches(_ bytes: [UInt8]) -> Bool { bytes.dropFirst(offset).starts(with: magic) }
  }

  private static func pandas(_ call: String) -> String {
    "in Python by pandas.\(call).to_csv(\"table.csv\", index=False)"
  }

  private static let formats: [Format] = [
    Format(name: "a Parquet file", magic: Array("PAR1".utf8), advice: pandas("read_parquet(file)")),
    Format(
      name: "an Arrow (Feather) file", magic: Array("ARROW1".utf8), advice: pandas("read_feather(file)")),
    Format(name: "a Feather file", magic: Array("FEA1".utf8), advice: pandas("read_feather(file)")),
    Format(name: "an ORC file", magic: Array("ORC".utf8), advice: pandas("read_orc(file)")),
    Format(
      name: "an old Excel (.xls) file", magic: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
      advice: "by File > Save As > CSV, or \(pandas("read_excel(file)"))"),
    Format(
      name: "an HDF5 file (as MATLAB 7.3 and pandas write it, too)",
      magic: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
      advice: "in Python by numpy.save(\"table.npy\", h5py.File(file)[\"name of the data set\"][:])"),
    Format(
      name: "a MATLAB file", magic: Array("MATLAB".utf8),
      advice: "in MATLAB by writematrix(x, \"table.csv\"), or in Python by "
        + "numpy.save(\"table.npy\", scipy.io.loadmat(file)[\"x\"])"),
    Format(
      name: "a SQLite database", magic: Array("SQLite format 3".utf8),
      advice: "by sqlite3 -csv -header file \"select * from name\" > table.csv"),
    Format(name: "a Stata file", magic: Array("<stata_dta>".utf8), advice: pandas("read_stata(file)")),
    Format(name: "a Stata file", offset: 1, magic: [2, 1, 0], advice: pandas("read_stata(file)")),
    Format(name: "an SPSS file", magic: Array("$FL2".utf8), advice: pandas("read_spss(file)")),
    Format(
      name: "a FITS file", magic: Array("SIMPLE  =".utf8),
      advice: "in Python by astropy.table.Table.read(file).write(\"table.csv\")"),
    Format(
      name: "a NetCDF file", magic: Array("CDF".utf8),
      advice: "in Python by xarray.open_dataset(file).to_dataframe().to_csv(\"table.csv\", index=False)"),
    Format(
      name: "a ROOT file", magic: Array("root".utf8) + [0],
      advice:
        "in Python by uproot.open(file)[\"tree\"].arrays(library=\"pd\").to_csv(\"table.csv\", index=False)"
    ),
    Format(
      name: "a Python pickle", magic: [0x80, 4, 0x95],
      advice: "in Python by numpy.save(\"table.npy\", pickle.load(open(file, \"rb\")))"),
    Format(
      name: "an R data file", magic: Array("RDX".utf8),
      advice: "in R by load(file) and write.csv(x, \"table.csv\", row.names = FALSE)"),
    Format(
      name: "an R data file (.rds)", magic: Array("X\n".utf8) + [0, 0],
      advice: "in R by write.csv(readRDS(file), \"table.csv\", row.names = FALSE)"),
    Format(
      name: "compressed by bzip2", magic: Array("BZh".utf8), advice: "by bunzip2 -c file | parzen ... -"),
    Format(
      name: "compressed by xz", magic: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0],
      advice: "by xz -dc file | parzen ... -"),
    Format(
      name: "compressed by Zstandard", magic: [0x28, 0xB5, 0x2F, 0xFD],
      advice: "by zstd -dc file | parzen ... -"),
    Format(
      name: "a safetensors or other binary file", offset: 7, magic: [0, UInt8(ascii: "{")],
      advice: "in Python by numpy.save(\"table.npy\", safetensors.numpy.load_file(file)[\"name\"])"),
  ]

  private static func archiveAdvice(_ names: [String]) -> String {
    if names.contains(where: { $0.hasPrefix("xl/") }) {
      return "this is an Excel (.xlsx) file: convert it, by File > Save As > CSV UTF-8, or "
        + pandas("read_excel(file)")
    }
    if names.contains("content.xml") {
      return "this is an OpenDocument (.ods) file: convert it, by File > Save As > CSV, or "
        + pandas("read_excel(file)")
    }
    let shown = names.prefix(5).map { quoted($0) }.joined(separator: ", ")
    return "this is a zip archive with \(shown): unpack it, and give one of its files"
  }
}

extension ForeignFormat {
  /// Throws if a text is in a format of its own rather than rows of fields.
  static func checkText(_ opening: Slice<UnsafeBufferPointer<UInt8>>) throws(FormatError) {
    switch opening.first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      throw FormatError(
        "this is JSON: convert it, \(pandas("read_json(file)")), "
          + "of a file that parzen wrote pandas.read_json(file, orient=\"split\")")
    case UInt8(ascii: "<"):
      let start = String(decoding: opening.prefix(64), as: UTF8.self).lowercased()
      guard ["<?xml", "<!doctype", "<html", "<votable", "<table"].contains(where: start.hasPrefix) else {
        return
      }
      throw FormatError("this is HTML or XML: convert it, \(pandas("read_html(file)[0]"))")
    default: return
    }
  }
}
