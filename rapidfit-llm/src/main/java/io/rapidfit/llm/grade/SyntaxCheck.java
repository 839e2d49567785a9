package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses every block of code; one error fails the example with a score of 0. */
abstract class SyntaxCheck extends CodeCheck {

    /** What is longer is not code that a person asked for. */
    static final int MAX_LENGTH = 1_000_000;

    /** @param line in the code, counted from 1 */
    record SyntaxError(long line, String message) {}

    /** The code cannot be judged; the message says why. */
    static final class UnjudgeableException extends Exception {

        private static final long serialVersionUID = 1;

        UnjudgeableException(String message) {
            super(message);
        }
    }

    SyntaxCheck(Builder<?> builder) {
        super(builder);
    }

    @Override
    final Finding judge(Example example, List<CodeBlock> blocks) {
        for (CodeBlock block : blocks) {
            if (block.code().length() > MAX_LENGTH) {
                return error(example, "the code is longer than " + MAX_LENGTH + " characters");
            }
            try {
                Optional<SyntaxError> error = firstError(block.code());
                if (error.isPresent()) {
                    long last = Math.max(1, block.code().lines().count()); // where the end is missed, too
                    long line = block.firstLine() - 1 + Math.min(error.get().line(), last);
                    return fail(
                                    example,
                                    0,
                                    "line %s: %s"
                                            .formatted(line, end(error.get().message())))
                            .withMetadata(Map.of("line", Long.toString(line)));
                }
            } catch (UnjudgeableException e) {
                return error(example, "the code cannot be judged: " + e.getMessage());
            }
        }
        return pass(example);
    }

    abstract Optional<SyntaxError> firstError(String code) throws UnjudgeableException;
}
