package io.rapidfit.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Utf8;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Columns named in the first row: {@code text}, {@code label}, then those that some sample needs, {@code origin} and
 * {@code tags} as JSON cells. RFC 4180. Appending rewrites the file: the new rows may need columns that it lacks.
 *
 * <p>A cell that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP's notes on CSV injection
 * advise; so does one that looks as if it had one already, which is what makes reading the exact reverse.
 */
final class CsvFile implements SampleFile {

    private static final List<String> COLUMNS =
            List.of(RowCodec.TEXT, RowCodec.LABEL, RowCodec.ID, RowCodec.SPLIT, RowCodec.ORIGIN, RowCodec.TAGS);

    private static final Set<String> JSON_COLUMNS = Set.of(RowCodec.ORIGIN, RowCodec.TAGS);

    private static final Pattern FORMULA =
            Pattern.compile("'*[=+\\-@\\t\\r\\n\uFF1D\uFF0B\uFF0D\uFF20].*", Pattern.DOTALL);

    /** In characters, for one row. */
    private static final int MAX_ROW = 1 << 28;

    @Override
    public List<Sample> read(Path file, String task) throws IOException {
        List<Sample> samples = new ArrayList<>();
        long line = 1;
        long next = 1;
        try (Reader reader = Utf8.reader(file);
                CsvReader<CsvRecord> rows = CsvReader.builder()
                        .maxBufferSize(MAX_ROW)
                        .allowUnclosedQuote(false)
                        .extraFieldStrategy(
                                FieldMismatchStrategy
                                        .IGNORE) // counted here, against the header and not against the first row
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .build(CsvRecordHandler.of(h -> h.maxFieldSize(MAX_ROW).maxRecordSize(MAX_ROW)), reader)) {
            List<String> header = null;
            for (CsvRecord row : rows) {
                line = row.getStartingLineNumber();
                next = line + 1 + lineBreaks(row);
                if (header == null) {
                    header = checkHeader(row.getFields());
                } else {
                    samples.add(RowCodec.read(task, toJson(header, row.getFields())));
                }
            }
            if (header == null) {
                checkHeader(List.of());
            }
        } catch (RowCodec.BadRow e) {
            throw new DataFormatException(file, line, e.getMessage());
        } catch (CsvParseException e) {
            throw new DataFormatException(file, next, "not valid CSV: " + e.getMessage());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return samples;
    }

    private static long lineBreaks(CsvRecord row) {
        return row.getFields().stream()
                .mapToLong(cell -> cell.chars().filter(c -> c == '\n').count())
                .sum();
    }

    private static List<String> checkHeader(List<String> header) {
        if (!header.contains(RowCodec.TEXT) || !header.contains(RowCodec.LABEL)) {
            throw new RowCodec.BadRow(
                    "the first row names the columns %s: expected text and label among them, separated by commas"
                            .formatted(header));
        }
        if (new HashSet<>(header).size() < header.size()) {
            throw new RowCodec.BadRow("the first row names a column twice: %s".formatted(header));
        }
        return header;
    }

    private static ObjectNode toJson(List<String> header, List<String> cells) {
        if (cells.size() != header.size()) {
            throw new RowCodec.BadRow(
                    "%s cells, but the first row names %s columns, %s: quote a cell that holds a comma"
                            .formatted(cells.size(), header.size(), header));
        }
        ObjectNode json = RowCodec.MAPPER.createObjectNode();
        for (String column : COLUMNS) {
            int at = header.indexOf(column);
            String cell = at < 0 ? "" : unescape(cells.get(at));
            if (!cell.isEmpty() || column.equals(RowCodec.TEXT)) {
                json.set(column, JSON_COLUMNS.contains(column) ? parse(column, cell) : json.textNode(cell));
            }
        }
        return json;
    }

    private static JsonNode parse(String column, String cell) {
        try {
            return RowCodec.parse(cell);
        } catch (RowCodec.BadRow e) {
            throw new RowCodec.BadRow("field \"%s\": %s".formatted(column, e.getMessage()));
        }
    }

    @Override
    public void replace(Path file, List<Sample> samples) throws IOException {
        List<ObjectNode> rows = samples.stream().map(RowCodec::write).toList();
        List<String> columns = COLUMNS.stream()
                .filter(c -> c.equals(RowCodec.TEXT)
                        || c.equals(RowCodec.LABEL)
                        || rows.stream().anyMatch(r -> r.has(c)))
                .toList();
        AtomicFile.replace(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(writer);
            csv.writeRecord(columns);
            for (ObjectNode row : rows) {
                csv.writeRecord(columns.stream().map(c -> cell(row.path(c))).toList());
            }
            csv.flush();
        });
    }

    private static String cell(JsonNode value) {
        return escape(value.isObject() ? RowCodec.toJson(value) : value.asText());
    }

    static String escape(String cell) {
        return FORMULA.matcher(cell).matches() ? "'" + cell : cell;
    }

    static String unescape(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell).matches() ? cell.substring(1) : cell;
    }

    @Override
    public void append(Path file, String task, List<Sample> samples) throws IOException {
        List<Sample> all = new ArrayList<>(read(file, task));
        all.addAll(samples);
        replace(file, all);
    }
}
