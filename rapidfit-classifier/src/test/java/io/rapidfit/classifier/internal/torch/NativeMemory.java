package io.rapidfit.classifier.internal.torch;

/** What DJL holds in native memory. */
public final class NativeMemory {

    private NativeMemory() {}

    /** Arrays and managers of arrays that are not closed. */
    public static int arrays() throws Exception {
        return TransformerEncoderTest.managed();
    }
}
