package io.rapidfit.finetune;

/**
 * Counts the tokens of a text. Only the tokenizer of the model that is trained knows them; {@link #estimate} guesses. Must be
 * safe to call from several threads if what it is given to is shared.
 */
@FunctionalInterface
public interface TokenCounter {

    /** At least 0. */
    int count(String text);

    /**
     * Guesses from the length. Four characters a token in Latin script, which is OpenAI's rule of thumb for English; two in Greek,
     * Cyrillic, Arabic, Hebrew, Armenian and Georgian; one in all other scripts, such as Chinese, Thai or Devanagari; two tokens
     * for each emoji and whatever else is outside Unicode's basic plane. All but the first are ours, on the side of too many:
     * byte-pair encodings start from bytes, and those scripts have two, three and four a character. How far apart languages are
     * differs from model to model (Petrov et al., Language Model Tokenizers Introduce Unfairness Between Languages, 2023).
     */
    static TokenCounter estimate() {
        return EstimatedTokens::of;
    }
}
