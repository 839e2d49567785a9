package io.rapidfit.llm.reply;

import java.util.Locale;

/** What can be put right in a reply without guessing at its content. */
enum Repair {
    /** Reasoning before the answer, between think tags or in a channel of its own. */
    THINKING,
    PROSE,
    FENCE,
    BOM,
    ODD_SPACE,
    SEVERAL_VALUES,
    REPEATED_ANSWER,
    DOUBLE_ENCODED,
    SINGLE_QUOTES,
    CURLY_QUOTES,
    INNER_QUOTES,
    UNQUOTED_KEY,
    TRAILING_COMMA,
    MISSING_COMMA,
    EXTRA_COMMA,
    COMMENT,
    ELLIPSIS,
    LITERAL,
    NUMBER_FORMAT,
    WRONG_BRACKET,
    EXTRA_BRACKET,
    DUPLICATE_KEY,
    RAW_NEWLINE,
    CONTROL_CHARACTER,
    BAD_ESCAPE,
    LONE_SURROGATE,
    BARE_LIST,
    SINGLE_RECORD,
    WRAPPED_RECORD,
    ROOT_NAME,
    KEY_DRIFT,
    LABEL_DRIFT,
    ID_DRIFT,
    TYPE_DRIFT,
    DUPLICATE_RECORD;

    /** As callers see it: {@code trailing-comma}. */
    String kind() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
