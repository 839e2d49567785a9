package io.rapidfit.classifier.internal.pretrained;

/** How the states of a text's tokens become the vector of the text; padding never counts. */
public enum Pooling {
    /** The mean over all tokens, those included that open and close the text. */
    MEAN,
    /** The first token, whatever it is called. */
    CLS,
    /** The greatest value of each dimension over all tokens. */
    MAX
}
