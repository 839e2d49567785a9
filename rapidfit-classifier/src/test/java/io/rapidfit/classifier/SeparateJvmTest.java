package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where PyTorch or more is missing: a JVM loads it once, so each case has its own. */
class SeparateJvmTest {

    private static final Predicate<Path> NO_NATIVE_LIBRARY =
            jar -> !jar.getFileName().toString().startsWith("pytorch-native-cpu");
    private static final Predicate<Path> NO_DJL = jar -> !jar.toString().contains("ai" + File.separator + "djl");

    @TempDir
    Path directory;

    @Test
    void train_withoutTheNativeLibraryNamesWhatToAdd() throws Exception {
        long start = System.nanoTime();
        List<String> output = run(NO_NATIVE_LIBRARY, "train");

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(30);
        assertThat(output)
                .filteredOn(line -> line.startsWith(EngineUnavailableException.class.getName()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("PyTorch cannot be loaded on " + platform())
                        .contains("ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + platform())
                        .containsPattern("Cause: \\S+"));
        assertThat(output).noneMatch(line -> line.startsWith("NETWORK") || line.startsWith("trained"));
        assertThat(directory.resolve("cache"))
                .satisfiesAnyOf(
                        cache -> assertThat(cache).doesNotExist(),
                        cache -> assertThat(cache).isEmptyDirectory(),
                        cache -> assertThat(Files.walk(cache).filter(Files::isRegularFile))
                                .isEmpty());
    }

    @Test
    void train_withoutDjlIsRefusedAsWell() throws Exception {
        List<String> output = run(NO_DJL, "train");

        assertThat(output)
                .filteredOn(line -> line.startsWith(EngineUnavailableException.class.getName()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("ai.djl.pytorch:pytorch-engine"));
        assertThat(output).noneMatch(line -> line.startsWith("NETWORK") || line.startsWith("trained"));
    }

    @Test
    void load_withoutDjlPredictsTheSame() throws Exception {
        assertPredictsTheSame(NO_DJL);
    }

    @Test
    void load_withNothingButCoreClassifierJacksonCoreAndSlf4jPredictsTheSame() throws Exception {
        assertPredictsTheSame(SeparateJvmTest::isBareMinimum);
    }

    @Test
    void theBareMinimum_isWithoutAllElse() throws Exception {
        List<String> others = List.of(
                "ai.djl.Device",
                "com.fasterxml.jackson.annotation.JsonProperty",
                "com.fasterxml.jackson.databind.ObjectMapper",
                "com.google.gson.Gson",
                "de.siegmar.fastcsv.reader.CsvReader",
                "okhttp3.OkHttpClient",
                "org.apache.commons.compress.archivers.ArchiveEntry",
                "org.jspecify.annotations.Nullable");
        List<String> args = new ArrayList<>(List.of("missing", "org.slf4j.Logger"));
        args.addAll(others);

        assertThat(run(SeparateJvmTest::isBareMinimum, args.toArray(String[]::new)))
                .isEqualTo(others);
    }

    private void assertPredictsTheSame(Predicate<Path> keep) throws Exception {
        Path model = directory.resolve("model");
        List<String> expected = new ArrayList<>();
        try (MultiheadClassifier classifier = Samples.fruitClassifier()) {
            classifier.save(model);
            Samples.texts(Samples.fruitOrCar())
                    .forEach(text -> expected.add(classifier.predictAll(text).toString()));
            expected.add("accuracy "
                    + classifier
                            .analyze(Samples.fruitOrCar())
                            .tasks()
                            .get("thing")
                            .accuracy());
        }

        assertThat(run(keep, "predict", model.toString())).isEqualTo(expected);
    }

    @Test
    void save_toTheWorkingDirectoryWorks() throws Exception {
        Path model = directory.resolve("model");
        List<String> expected = new ArrayList<>();
        try (MultiheadClassifier classifier = Samples.fruitClassifier()) {
            classifier.save(model);
        }
        expected.addAll(run(NO_DJL, "predict", model.toString()));

        assertThat(run(NO_DJL, "resave", model.toString())).isEqualTo(expected);
    }

    @Test
    void train_withTheNativeLibraryAsksNobody() throws Exception {
        List<String> output = run(jar -> true, "train");

        assertThat(output).filteredOn(line -> line.equals("trained [thing]")).hasSize(2);
        assertThat(output).noneMatch(line -> line.startsWith("NETWORK"));
    }

    @Test
    void train_logsOnceWhatItChoseForTheData() throws Exception {
        List<String> output = runLogging(jar -> true, "info", "train");

        assertThat(output)
                .filteredOn(line -> line.contains("Chosen for this data"))
                .hasSize(2) // of two trainings, each with a second one on the validation samples
                .allSatisfy(line -> assertThat(line)
                        .contains("INFO")
                        .contains("chosenFor=FEW_TEXTS")
                        .contains("epochs=1,"));
        assertThat(output).filteredOn(line -> line.contains("INFO io.rapidfit")).hasSize(2);
        assertThat(output).noneMatch(line -> line.contains("apple")); // counts, not texts
    }

    private List<String> run(Predicate<Path> keep, String... args) throws IOException, InterruptedException {
        return runLogging(keep, "off", args);
    }

    /** The lines that {@link EngineProbe} prints, in a directory of its own and with a class path of what is kept. */
    private List<String> runLogging(Predicate<Path> keep, String level, String... args)
            throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> keep.test(Path.of(entry)))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level,
                "-cp",
                classPath,
                EngineProbe.class.getName()));
        command.addAll(List.of(args));
        Path work = Files.createDirectories(directory.resolve("work"));
        Path output = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        if (keep == NO_NATIVE_LIBRARY) {
            // or the library that another run unpacked would do
            builder.environment()
                    .put("DJL_CACHE_DIR", directory.resolve("cache").toString());
        }
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    /** The two modules, SLF4J, and of Jackson not the data binding, which takes long to start. */
    private static boolean isBareMinimum(Path entry) {
        return StreamSupport.stream(entry.spliterator(), false)
                        .map(Path::toString)
                        .anyMatch(name -> name.equals("rapidfit-core") || name.equals("rapidfit-classifier"))
                || entry.getFileName().toString().matches("(jackson-core|slf4j-(api|simple))-.*\\.jar");
    }

    private static String platform() {
        String os = System.getProperty("os.name").startsWith("Mac")
                ? "osx"
                : System.getProperty("os.name").startsWith("Win") ? "win" : "linux";
        String arch = System.getProperty("os.arch");
        return os + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }
}
