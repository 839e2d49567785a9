package io.rapidfit.classifier.internal.torch;

import ai.djl.util.Utils;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What {@link TokenizerTest} runs in a JVM of its own. */
public final class TokenizerProbe {

    private TokenizerProbe() {}

    public static void main(String[] args) throws Exception {
        ProxySelector.setDefault(new TellTale());
        try (Tokenizer tokenizer = Tokenizer.load(Path.of(args[0]), 128, false)) {
            System.out.println(
                    Arrays.toString(tokenizer.encode(List.of("the film")).get(0)));
        } catch (EngineLoadException e) {
            System.out.println("EngineLoadException: " + e.getMessage());
        }
        // DJL's call home goes past the proxies; these two keep it from being made
        System.out.println(Utils.isOfflineMode() + " " + System.getProperty("OPT_OUT_TRACKING"));
    }

    /** Asked before any connection is made. */
    private static final class TellTale extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            System.out.println("NETWORK " + uri);
            return List.of(Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }
}
