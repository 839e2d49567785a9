package io.rapidfit.llm.reply;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import io.rapidfit.llm.reply.RowReader.BadRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads data out of a model's answer, whatever stands around it and however carelessly it is written.
 *
 * <p>Valid JSON is taken as it is. Anything else is searched for JSON, which is then repaired where it has one reading
 * only; a record that can be read in two ways, or that is not closed, is a problem and not a row. Each repair is counted, and
 * the counts are logged at debug. Takes time and memory
 * in proportion to the reply, and throws nothing, whatever the reply says. Thread-safe.
 */
public final class ReplyReader {

    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);

    private final ReplyShape shape;
    private final RowReader rowReader;
    private final Problems problems = new Problems();
    private final RepairCount repairs = new RepairCount();
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final Map<String, Map<String, Object>> byId = new LinkedHashMap<>();
    private final Set<String> contradicted = new HashSet<>();
    private final Set<String> mentioned = new HashSet<>();

    private ReplyReader(ReplyShape shape) {
        this.shape = shape;
        this.rowReader = new RowReader(shape);
    }

    /**
     * Reads an answer of this shape.
     *
     * @param truncated whether the model was stopped before its end, as a finish reason of {@code length} says
     */
    public static Reply read(ReplyShape shape, String reply, boolean truncated) {
        Require.nonNull("shape", shape);
        Require.nonNull("reply", reply);
        Reply read = new ReplyReader(shape).read(reply, truncated);
        log.debug(
                "Reply of {} characters: {} rows, {} problems, repairs {}",
                reply.length(),
                read.rows().size(),
                read.problems().size(),
                read.repairs());
        return read;
    }

    private Reply read(String reply, boolean truncated) {
        readRecords(reply, truncated);
        List<String> missing = missingIds();
        boolean complete = shape.ids() == null ? problems.isEmpty() : missing.isEmpty();
        return new Reply(rows(), problems.toList(), complete, repairs.toMap(), missing);
    }

    private void readRecords(String reply, boolean truncated) {
        if (reply.isBlank()) {
            problems.add("The reply is empty.");
            return;
        }
        Extraction extraction = Extraction.of(reply);
        repairs.addAll(extraction.repairs());
        if (extraction.isThinking()) {
            problems.add("The reply ends within its reasoning, before the answer.");
            return;
        }
        if (truncated && extraction.isAmidWords()) {
            // Without marks, nothing tells reasoning that quotes JSON from an answer with a comment on it.
            problems.add("The reply was cut off in the text around its JSON. Answer with JSON only.");
            return;
        }
        Answer answer = Answer.of(shape, extraction.found(), problems, repairs);
        int unclosed = 0;
        for (int i = 0; i < answer.records().size(); i++) {
            Object record = answer.records().get(i);
            if (record instanceof Container container && !container.isClosed()) {
                unclosed++;
            } else {
                accept(record, i + 1);
            }
        }
        reportEnd(extraction, answer, truncated, answer.records().size() - unclosed);
    }

    /** Says so if the reply may have held more. */
    private void reportEnd(Extraction extraction, Answer answer, boolean truncated, int closed) {
        String error = extraction.error();
        String after = shape.listName() == null ? "" : " after record %d".formatted(closed);
        if (error != null) {
            problems.add("The reply is not valid JSON%s: %s.".formatted(after, error));
        } else if (extraction.isCut() || (truncated && !answer.isWhole())) {
            problems.add("The reply stops before its end%s. Give what is missing.".formatted(after));
        }
    }

    private void accept(Object record, int number) {
        if (!(record instanceof Obj object)) {
            problems.add("Record " + number + " is not an object.");
            return;
        }
        String id = rowReader.id(object);
        if (id != null) {
            mentioned.add(id);
        }
        try {
            add(rowReader.read(object, repairs));
        } catch (BadRow e) {
            problems.add(name(number, id) + " " + e.reason() + ".");
        }
    }

    private String name(int number, @Nullable String id) {
        if (shape.listName() == null) {
            return "The object";
        }
        return id == null ? "Record " + number : "Record " + number + " (id " + Problems.quote(id) + ")";
    }

    private void add(Map<String, Object> row) {
        if (shape.ids() == null) {
            rows.add(row);
            return;
        }
        String id = String.valueOf(row.get(ReplyShape.ID));
        Map<String, Object> before = byId.putIfAbsent(id, row);
        if (before == null) {
            return;
        }
        if (before.equals(row)) {
            repairs.add(Repair.DUPLICATE_RECORD);
        } else if (contradicted.add(id)) {
            problems.add("Id %s has several records that differ. Give exactly one.".formatted(Problems.quote(id)));
        }
    }

    private List<Map<String, Object>> rows() {
        if (shape.ids() == null) {
            return rows;
        }
        byId.keySet().removeAll(contradicted);
        return List.copyOf(byId.values());
    }

    private List<String> missingIds() {
        List<String> expected = shape.ids();
        if (expected == null) {
            return List.of();
        }
        List<String> missing = expected.stream()
                .filter(id -> !byId.containsKey(id) || contradicted.contains(id))
                .toList();
        List<String> unheardOf =
                missing.stream().filter(id -> !mentioned.contains(id)).toList();
        if (!unheardOf.isEmpty()) {
            String listed = String.join(
                    ", ", unheardOf.stream().limit(50).map(Problems::quote).toList());
            problems.add("No record has %s %s.".formatted(unheardOf.size() == 1 ? "the id" : "one of the ids", listed));
        }
        return missing;
    }
}
