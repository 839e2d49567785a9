package io.rapidfit.llm.reply;

import io.rapidfit.llm.reply.Extraction.Found;
import io.rapidfit.llm.reply.Json.Arr;
import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of the values found in a reply are its answer, and takes them apart into records.
 *
 * <p>Values with nothing but white space, fences or numbering between them belong together, as in NDJSON. Where words
 * stand between them, one may be a draft or an example and another the answer: then only the one that looks most like
 * what was asked for counts, and if there are several such, none does. Records with ids are the exception: the ids tell
 * whether they contradict each other.
 */
final class Answer {

    /** How much a value looks like what was asked for, best first. */
    private enum Likeness {
        SHAPE,
        BARE_LIST,
        RECORD,
        NONE
    }

    private record Candidate(Container root, Likeness likeness, boolean apart, RepairCount repairs) {}

    private final ReplyShape shape;
    private final Problems problems;
    private final RepairCount repairs;
    private final List<Object> records = new ArrayList<>();
    private boolean whole = true;

    private Answer(ReplyShape shape, Problems problems, RepairCount repairs) {
        this.shape = shape;
        this.problems = problems;
        this.repairs = repairs;
    }

    static Answer of(ReplyShape shape, List<Found> found, Problems problems, RepairCount repairs) {
        Answer answer = new Answer(shape, problems, repairs);
        answer.choose(found);
        return answer;
    }

    /** The records as they were written, good or not. */
    List<Object> records() {
        return records;
    }

    /** The answer is one value with its last bracket: nothing can have followed. */
    boolean isWhole() {
        return whole;
    }

    private void choose(List<Found> found) {
        List<Candidate> candidates = candidates(found);
        if (candidates.isEmpty()) {
            whole = false;
            problems.add(
                    found.isEmpty() ? "The reply holds no JSON object. Answer with " + expected() + "." : wrongRoot());
            return;
        }
        List<Candidate> chosen = candidates;
        if (shape.listName() == null || candidates.stream().skip(1).anyMatch(Candidate::apart)) {
            Likeness best = candidates.stream()
                    .map(Candidate::likeness)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            chosen = candidates.stream().filter(c -> c.likeness() == best).toList();
            if (chosen.size() > 1 && shape.ids() == null && !isRepeated(chosen)) {
                whole = false;
                problems.add("The reply holds several answers that differ. Give exactly one: " + expected() + ".");
                return;
            }
        }
        if (chosen.size() > 1 && chosen.get(0).likeness() != Likeness.RECORD && isRepeated(chosen)) {
            repairs.add(Repair.REPEATED_ANSWER);
            chosen = chosen.subList(0, 1);
        }
        if (chosen.size() > 1) {
            repairs.add(Repair.SEVERAL_VALUES);
        }
        whole = chosen.size() == 1
                && (shape.listName() == null || chosen.get(0).likeness() != Likeness.RECORD)
                && chosen.get(0).root().isClosed();
        boolean alone = chosen.size() == 1;
        chosen.forEach(candidate -> take(candidate, alone));
    }

    private static boolean isRepeated(List<Candidate> chosen) {
        Candidate first = chosen.get(0);
        return chosen.stream().allMatch(c -> c.root().isClosed() && c.root().equals(first.root()));
    }

    private List<Candidate> candidates(List<Found> found) {
        List<Candidate> candidates = new ArrayList<>();
        boolean apart = false;
        for (Found each : found) {
            apart |= each.apart();
            Container root = unwrap(each.root());
            Likeness likeness = likeness(root);
            if (likeness != Likeness.NONE) {
                candidates.add(new Candidate(root, likeness, apart, each.repairs()));
                apart = false;
            }
        }
        boolean saysSomething = candidates.stream().anyMatch(c -> !isEmpty(c.root()));
        if (saysSomething) {
            candidates.removeIf(c -> isEmpty(c.root())); // a pattern such as {"items": [...]}, quoted before the answer
        }
        return candidates;
    }

    private boolean isEmpty(Container root) {
        Container list =
                root instanceof Obj object && shape.listName() != null ? listIn(object, new RepairCount()) : root;
        return list instanceof Arr array && array.elements.isEmpty() && array.isClosed();
    }

    /** The object in an array that holds nothing else, where that is what was asked for. */
    private Container unwrap(Container root) {
        boolean one = root instanceof Arr array && array.elements.size() == 1 && array.isClosed();
        if (one && ((Arr) root).elements.get(0) instanceof Obj inner) {
            boolean asked = shape.listName() == null
                    ? hasField(inner)
                    : listIn(inner, new RepairCount()) != null && !hasField(inner);
            if (asked) {
                repairs.add(Repair.WRAPPED_RECORD);
                return inner;
            }
        }
        return root;
    }

    private Likeness likeness(Container root) {
        if (root instanceof Obj object) {
            if (shape.listName() == null) {
                return hasField(object) ? Likeness.SHAPE : Likeness.NONE;
            }
            if (listIn(object, new RepairCount()) != null) {
                return Likeness.SHAPE;
            }
            return hasField(object) ? Likeness.RECORD : Likeness.NONE;
        }
        List<Object> elements = ((Arr) root).elements;
        boolean records = shape.listName() != null
                && (elements.isEmpty()
                        || elements.stream().anyMatch(e -> decoded(e, new RepairCount()) instanceof Obj));
        return records ? Likeness.BARE_LIST : Likeness.NONE;
    }

    private boolean hasField(Obj object) {
        RepairCount unused = new RepairCount();
        return object.fields.keySet().stream()
                .anyMatch(key -> shape.names().find(key, Repair.KEY_DRIFT, unused) != null);
    }

    /** What the object holds under the list's name; null if there is nothing like a list. */
    private @Nullable Container listIn(Obj object, RepairCount made) {
        for (var field : object.fields.entrySet()) {
            if (shape.listNames().find(field.getKey(), Repair.KEY_DRIFT, made) != null) {
                Object value = decoded(field.getValue(), made);
                return value instanceof Container container ? container : null;
            }
        }
        if (object.fields.size() == 1 && !hasField(object)) {
            Object only = object.fields.values().iterator().next();
            if (only instanceof Arr array
                    && !array.elements.isEmpty()
                    && array.elements.stream().allMatch(e -> e instanceof Obj record && hasField(record))) {
                made.add(Repair.ROOT_NAME);
                return array;
            }
        }
        return null;
    }

    /** An object or array that was written as a string, or else the value itself. */
    private static Object decoded(Object value, RepairCount made) {
        if (value instanceof String text && !text.isEmpty() && "{[".indexOf(text.charAt(0)) >= 0) {
            Object inner = StrictJson.parse(text);
            if (inner instanceof Container) {
                made.add(Repair.DOUBLE_ENCODED);
                return inner;
            }
        }
        return value;
    }

    private void take(Candidate candidate, boolean alone) {
        repairs.addAll(candidate.repairs());
        if (shape.listName() == null) {
            records.add(candidate.root());
        } else if (candidate.likeness() == Likeness.RECORD) {
            repairs.add(Repair.SINGLE_RECORD);
            records.add(candidate.root());
        } else if (candidate.likeness() == Likeness.BARE_LIST) {
            repairs.add(Repair.BARE_LIST);
            takeAll((Arr) candidate.root());
        } else {
            Obj object = (Obj) candidate.root();
            report(object);
            Container list = listIn(object, repairs);
            boolean sound = alone && candidate.repairs().isEmpty();
            if (list != null && !sound && hasField(object)) {
                Json.damageTail(list, "is followed by a field that may belong to it");
            }
            if (list instanceof Arr array) {
                takeAll(array);
            } else if (list != null) {
                repairs.add(Repair.SINGLE_RECORD);
                records.add(list);
            }
        }
    }

    private void takeAll(Arr list) {
        report(list);
        list.elements.forEach(element -> records.add(decoded(element, repairs)));
    }

    private void report(Container container) {
        String damage = container.damage();
        if (damage != null) {
            problems.add("The answer %s. Write it out in full, as valid JSON.".formatted(damage));
        }
    }

    private String wrongRoot() {
        return "The reply holds JSON, but not %s.".formatted(expected());
    }

    private String expected() {
        String list = shape.listName();
        return list == null
                ? "a JSON object with the fields "
                        + String.join(
                                ", ",
                                shape.fields().stream()
                                        .map(f -> Problems.quote(f.name()))
                                        .toList())
                : "a JSON object with an array of objects under " + Problems.quote(list);
    }
}
