package io.rapidfit.classifier.internal.pretrained;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What stands between the two linear layers of a feed-forward block. */
public enum HiddenActivation {
    /** {@code x * Phi(x)}, with the error function (Hendrycks and Gimpel 2016). */
    GELU,
    /** {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}, the same paper's approximation. */
    GELU_TANH,
    RELU,
    /** {@code x * sigmoid(x)}. */
    SILU;

    /** By the names of {@code hidden_act}. */
    private static final Map<String, HiddenActivation> BY_NAME = Map.of(
            "gelu", GELU,
            "gelu_python", GELU,
            "gelu_new", GELU_TANH,
            "gelu_fast", GELU_TANH,
            "gelu_pytorch_tanh", GELU_TANH,
            "relu", RELU,
            "silu", SILU,
            "swish", SILU);

    static Optional<HiddenActivation> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static Iterable<String> names() {
        return new TreeMap<>(BY_NAME).keySet();
    }
}
