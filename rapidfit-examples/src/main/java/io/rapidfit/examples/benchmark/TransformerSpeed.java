package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.pretrained.Family;
import io.rapidfit.classifier.internal.pretrained.HiddenActivation;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.FunctionEncoder;
import io.rapidfit.classifier.internal.torch.EngineLoadException;
import io.rapidfit.classifier.internal.torch.TrainingData;
import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.classifier.internal.torch.TransformerEncoder;
import io.rapidfit.classifier.internal.torch.TransformerTrainer;
import io.rapidfit.classifier.internal.torch.VectorTrainer;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How fast an encoder of the size of MiniLM-L6 is on one thread, and whether it leaves native memory behind; its weights
 * are random, which costs the same. Beside a figure stands what a bare forward or training step of this size took on one
 * core of another day's machine.
 */
public final class TransformerSpeed {

    private static final int WARM_UP = 3;
    private static final int ROUNDS = 15;
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final PretrainedConfig MINI_LM = new PretrainedConfig(
            Family.BERT, 384, 6, 12, 1536, HiddenActivation.GELU, 30522, 512, 2, 1e-12, 0, 0, 0.1, 0.1);

    /** Its layers and the embeddings. */
    private static final int EVERYTHING = MINI_LM.layers() + 1;

    private TransformerSpeed() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (TransformerEncoder encoder = TransformerEncoder.load(MINI_LM, Pooling.MEAN, true, parameters())) {
            TextTable table = new TextTable()
                    .left("median of " + ROUNDS)
                    .right("CPU ms")
                    .right("bare ms")
                    .right("ratio")
                    .right("texts/s");
            encode(table, encoder, 32, 32, 270);
            encode(table, encoder, 8, 32, Double.NaN);
            encode(table, encoder, 1, 16, 9.0);
            table.print(out);
            out.println();
            table = new TextTable()
                    .left("a step on 16 texts of 32 tokens")
                    .right("CPU ms")
                    .right("forward")
                    .right("backward")
                    .right("optimizer")
                    .right("bare ms")
                    .right("ratio");
            step(table, encoder, "everything", EVERYTHING, 631);
            step(table, encoder, "top 4 layers", 4, Double.NaN);
            step(table, encoder, "top 2 layers", 2, 221);
            headsOnly(table, encoder);
            table.print(out);
            out.println();
            printMemory(encoder, out);
        }
    }

    private static void encode(TextTable table, TransformerEncoder encoder, int count, int tokens, double bare) {
        List<long[]> texts = texts(count, tokens);
        double[] millis = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long start = cpuNanos();
            encoder.encode(texts);
            millis[Math.max(0, round)] = millisSince(start);
        }
        double median = median(millis);
        table.row(
                "encode %s x %s tokens".formatted(count, tokens),
                number(median),
                number(bare),
                number(median / bare),
                number(count * 1e3 / median));
    }

    /** The loss is half the sum of the vectors' squares, so that its gradient is the vectors. */
    private static void step(
            TextTable table, TransformerEncoder encoder, String name, int unfreezeLayers, double bare) {
        List<long[]> texts = texts(16, 32);
        double[] all = new double[ROUNDS];
        double[] forward = new double[ROUNDS];
        double[] backward = new double[ROUNDS];
        double[] optimizer = new double[ROUNDS];
        try (TransformerTrainer trainer = trainer(encoder, unfreezeLayers)) {
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                int i = Math.max(0, round);
                long start = cpuNanos();
                float[] vectors = trainer.forward(texts);
                forward[i] = millisSince(start);
                trainer.backward(vectors);
                backward[i] = millisSince(start) - forward[i];
                move(trainer);
                all[i] = millisSince(start);
                optimizer[i] = all[i] - backward[i] - forward[i];
            }
        }
        table.row(
                name,
                number(median(all)),
                number(median(forward)),
                number(median(backward)),
                number(median(optimizer)),
                number(bare),
                number(median(all) / bare));
    }

    /** With the encoder frozen and its vectors kept, heads learn alone: here one, with a hidden layer and 10 labels. */
    private static void headsOnly(TextTable table, TransformerEncoder encoder) throws EngineLoadException {
        List<float[]> vectors = encoder.encode(texts(16, 32));
        List<String> labels =
                IntStream.range(0, 10).mapToObj(label -> "label " + label).toList();
        TrainingData data = new TrainingData(
                FeatureBag.ofVectors(vectors),
                IntStream.range(0, 16).mapToObj(text -> List.of(text % 10)).toList(),
                Collections.nCopies(16, 1.0),
                List.of(new TrainingData.Task("task", labels, Collections.nCopies(10, 1.0))));
        TrainingRecipe recipe = new TrainingRecipe(
                MINI_LM.hiddenSize(),
                WARM_UP + ROUNDS, // of one step each
                16,
                new TrainingRecipe.Rate(2e-3, 0.05, false),
                new TrainingRecipe.Regularization(0, 0.3, 0, 0, 0, Double.POSITIVE_INFINITY),
                new TrainingRecipe.Layers(1, MINI_LM.hiddenSize(), Activation.GELU),
                42);
        double[] millis = new double[ROUNDS];
        long[] start = {cpuNanos()};
        VectorTrainer.train(
                new FunctionEncoder("kept", MINI_LM.hiddenSize(), texts -> vectors),
                vectors,
                data,
                recipe,
                (epoch, loss, model) -> {
                    millis[Math.max(0, epoch - WARM_UP - 1)] = millisSince(start[0]);
                    start[0] = cpuNanos();
                    return true;
                });
        table.row("heads only, vectors kept", number(median(millis)), "", "", "", "", "");
    }

    private static TransformerTrainer trainer(TransformerEncoder encoder, int unfreezeLayers) {
        return new TransformerTrainer(encoder, new TransformerTrainer.Recipe(unfreezeLayers, 0.1, 42));
    }

    private static void move(TransformerTrainer trainer) {
        double length = Math.sqrt(trainer.sumOfSquares());
        trainer.step((float) (1 / Math.max(1, length)), 1e-5, 1e-7);
    }

    private static void printMemory(TransformerEncoder encoder, PrintStream out) throws IOException {
        TextTable table = new TextTable().left("after").right("resident MB");
        Random random = new Random(1);
        for (int calls = 1; calls <= 5000; calls++) {
            encoder.encode(texts(1, 1 + random.nextInt(64)));
            if (calls == 200 || calls % 1000 == 0) {
                table.row(calls + " texts of up to 64 tokens", resident());
            }
        }
        try (TransformerTrainer trainer = trainer(encoder, 4)) {
            for (int steps = 1; steps <= 200; steps++) {
                trainer.backward(trainer.forward(texts(16, 1 + random.nextInt(32))));
                move(trainer);
                if (steps == 20 || steps % 40 == 0) {
                    table.row(steps + " steps on 16 of up to 32", resident());
                }
            }
        }
        table.print(out);
    }

    /** Of this process, where the system tells; without what Java's garbage holds of native memory. */
    private static String resident() throws IOException {
        System.gc();
        if (!Files.exists(STATUS)) {
            return "unknown";
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> number(Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    /** As they are before any training: within 0.02, and layer norms that change nothing. */
    private static Map<String, Parameter> parameters() {
        Random random = new Random(42);
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        MINI_LM.parameterShapes().forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact))];
            for (int i = 0; i < values.length; i++) {
                values[i] = shape.size() > 1 ? 0.04f * random.nextFloat() - 0.02f : name.endsWith("weight") ? 1 : 0;
            }
            parameters.put(name, new Parameter(shape, values));
        });
        return parameters;
    }

    private static List<long[]> texts(int count, int tokens) {
        Random random = new Random(7);
        return Stream.generate(
                        () -> random.longs(tokens, 0, MINI_LM.vocabularySize()).toArray())
                .limit(count)
                .toList();
    }

    /** Of this thread, which does all the work: what else a busy machine runs is left out. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double millisSince(long start) {
        return (cpuNanos() - start) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.1f", value);
    }
}
