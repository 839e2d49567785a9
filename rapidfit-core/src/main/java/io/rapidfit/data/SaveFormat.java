package io.rapidfit.data;

import java.util.Locale;

/** How a task's samples are written. All three carry everything that a sample has. */
public enum SaveFormat {
    /** One JSON array, an object a line: for tools that read JSON as a whole. */
    JSON,
    /** One JSON object a line: the format to append to. */
    JSONL,
    /** For spreadsheets; cells that one would run as a formula are escaped, and unescaped on reading. */
    CSV;

    /** Without the dot. */
    String extension() {
        return name().toLowerCase(Locale.ROOT);
    }
}
