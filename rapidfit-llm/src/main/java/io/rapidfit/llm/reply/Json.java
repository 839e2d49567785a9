package io.rapidfit.llm.reply;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as they stand in a reply: {@link Obj}, {@link Arr}, String, BigDecimal, Boolean, {@link Odd}; and Double for the
 * numbers that no BigDecimal can be, NaN above all.
 */
final class Json {

    /** Deeper than any shape; bounds what is kept on a stack. */
    static final int MAX_DEPTH = 64;

    static final int MAX_NUMBER_LENGTH = 400;

    private Json() {}

    enum Odd {
        NULL,
        /** A key came twice with different values, and nobody can tell which was meant. */
        CONFLICT
    }

    /** An object or array, and how far it can be trusted. */
    abstract static sealed class Container permits Obj, Arr {

        private boolean closed;
        private boolean innerQuotes;
        private @Nullable String damage;

        final void close() {
            closed = true;
        }

        /** False if the text stopped or became unreadable before the closing bracket. */
        final boolean isClosed() {
            return closed;
        }

        final void setInnerQuotes() {
            innerQuotes = true;
        }

        /** A string directly in here had quotation marks that were taken to be part of it. */
        final boolean hasInnerQuotes() {
            return innerQuotes;
        }

        final void setDamage(String reason) {
            if (damage == null) {
                damage = reason;
            }
        }

        /** What makes this more than one reading allow, as the end of a sentence; null if nothing does. */
        final @Nullable String damage() {
            return damage;
        }

        abstract void put(@Nullable String key, Object value, RepairCount repairs);

        abstract @Nullable Object last();
    }

    static final class Obj extends Container {

        final Map<String, Object> fields = new LinkedHashMap<>();
        private @Nullable Object last;

        @Override
        void put(@Nullable String key, Object value, RepairCount repairs) {
            Object before = fields.putIfAbsent(String.valueOf(key), value);
            if (before != null) {
                repairs.add(Repair.DUPLICATE_KEY);
                if (value instanceof Container || !value.equals(before)) {
                    fields.put(String.valueOf(key), Odd.CONFLICT);
                }
            }
            last = value;
        }

        @Override
        @Nullable Object last() {
            return last;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Obj that && fields.equals(that.fields);
        }

        @Override
        public int hashCode() {
            return fields.hashCode();
        }
    }

    static final class Arr extends Container {

        final List<Object> elements = new ArrayList<>();

        @Override
        void put(@Nullable String key, Object value, RepairCount repairs) {
            elements.add(value);
        }

        @Override
        @Nullable Object last() {
            return elements.isEmpty() ? null : elements.get(elements.size() - 1);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Arr that && elements.equals(that.elements);
        }

        @Override
        public int hashCode() {
            return elements.hashCode();
        }
    }

    /** Marks the value and all that stands last in it, down to the innermost. */
    static void damageTail(Container root, String reason) {
        for (Object value = root; value instanceof Container container; value = container.last()) {
            container.setDamage(reason);
        }
    }

    /** NaN if the exponent is beyond all measure. */
    static Number number(String written) {
        try {
            return new BigDecimal(written);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
