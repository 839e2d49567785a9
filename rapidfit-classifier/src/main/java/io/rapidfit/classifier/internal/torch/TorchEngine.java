package io.rapidfit.classifier.internal.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import io.rapidfit.classifier.internal.files.BuildInfo;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Starts PyTorch on first use: offline, without usage tracking, on one thread; and says what is missing if it cannot. */
final class TorchEngine {

    /** By name: with PyTorch's jar missing, DJL's default would silently be another engine. */
    private static final String ENGINE = "PyTorch";

    /** DJL allows one gradient collector a JVM; trainings take turns. */
    static final ReentrantLock TRAINING = new ReentrantLock(true);

    private static boolean cacheChecked;

    private TorchEngine() {}

    static NDManager newManager() throws EngineLoadException {
        return start().newBaseManager(Device.cpu());
    }

    static Engine start() throws EngineLoadException {
        // Read when DJL's classes load, so set before. What the application has set stays.
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        // More threads spin while they wait: beside a busy neighbour one request took 60 times as long.
        setIfAbsent("ai.djl.pytorch.num_threads", "1");
        setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
        try {
            refuseDamagedCache();
            return Engine.getEngine(ENGINE);
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new EngineLoadException(explain(e), e);
        }
    }

    /** Once: a library that was loaded stays. */
    private static synchronized void refuseDamagedCache() throws IOException, EngineLoadException {
        if (!cacheChecked) {
            Optional<String> damage = NativeCache.findDamaged(Utils.getEngineCacheDir("pytorch"));
            if (damage.isPresent()) {
                throw new EngineLoadException(damage.get(), null);
            }
            cacheChecked = true;
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String explain(Throwable failure) {
        String platform = platform();
        StringBuilder message = new StringBuilder("PyTorch cannot be loaded on ")
                .append(platform)
                .append(". ");
        if (platform.equals("osx-x86_64")) {
            message.append(
                    "It is no longer built for Macs with Intel processors; a model trained elsewhere predicts here"
                            + " without it. ");
        } else {
            message.append("Training needs the native library of this platform on the class path, ")
                    .append("ai.djl.pytorch:pytorch-native-cpu:")
                    .append(BuildInfo.pytorchVersion())
                    .append(":")
                    .append(platform)
                    .append(" (group, artifact, version, classifier; scope runtime), beside")
                    .append(
                            " ai.djl.pytorch:pytorch-engine and pytorch-jni, which rapidfit-classifier brings. It is unpacked to ~/.djl.ai, or to the")
                    .append(" directory in DJL_CACHE_DIR, which must be writable. ");
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (String.valueOf(root.getMessage()).contains("already loaded in another classloader")) {
            message.append("A JVM can load it in one class loader only: put RapidFit and DJL where all of your"
                    + " applications share them. ");
        }
        return message.append("RapidFit never downloads it. Cause: ")
                .append(root)
                .toString();
    }

    /** Named as the native library's classifiers are. */
    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String family =
                os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : os.startsWith("linux") ? "linux" : os;
        return family + "-" + (arch.equals("amd64") ? "x86_64" : arch.equals("arm64") ? "aarch64" : arch);
    }
}
