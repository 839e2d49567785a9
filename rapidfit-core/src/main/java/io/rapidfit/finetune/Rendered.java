package io.rapidfit.finetune;

import io.rapidfit.data.Example;
import java.util.List;

/**
 * A record as models will see it.
 *
 * @param users what the user says, by format
 * @param answer the JSON that is to be answered, in every format the same
 */
record Rendered(Example example, List<String> users, String label, String answer) {

    Rendered {
        users = List.copyOf(users);
    }
}
