package io.rapidfit.classifier.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {

    private static final Path HOME = Path.of("/home/me");

    @Test
    void of_hasDefaults() {
        HubSettings settings = HubSettings.of(Map.of(), HOME);

        assertThat(settings.endpoint()).hasToString("https://huggingface.co");
        assertThat(settings.cache()).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
        assertThat(settings.token()).isEmpty();
        assertThat(settings.isOffline()).isFalse();
    }

    @Test
    void of_findsTheCacheAsTheHubsLibraryDoes() {
        Map<String, String> xdg = Map.of("XDG_CACHE_HOME", "/xdg");
        Map<String, String> home = Map.of("XDG_CACHE_HOME", "/xdg", "HF_HOME", "/hf");
        Map<String, String> cache = Map.of("XDG_CACHE_HOME", "/xdg", "HF_HOME", "/hf", "HF_HUB_CACHE", "~/cache");

        assertThat(HubSettings.of(xdg, HOME).cache()).isEqualTo(Path.of("/xdg/huggingface/hub"));
        assertThat(HubSettings.of(home, HOME).cache()).isEqualTo(Path.of("/hf/hub"));
        assertThat(HubSettings.of(cache, HOME).cache()).isEqualTo(HOME.resolve("cache"));
        assertThat(HubSettings.of(Map.of("HF_HUB_CACHE", "~"), HOME).cache()).isEqualTo(HOME);
        assertThat(HubSettings.of(Map.of("HF_HOME", " "), HOME).cache())
                .isEqualTo(HOME.resolve(".cache/huggingface/hub"));
    }

    @ParameterizedTest
    @CsvSource({"https://hub.example/, https://hub.example", "http://10.0.0.1:8080/hf, http://10.0.0.1:8080/hf"})
    void of_takesTheEndpoint(String given, String endpoint) {
        assertThat(HubSettings.of(Map.of("HF_ENDPOINT", given), HOME).endpoint())
                .hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hub.example", "ftp://hub.example", "https://", "https://a b", "https://h/?q=1", "file:///x"})
    void of_refusesAnEndpointThatIsNone(String endpoint) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint), HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HF_ENDPOINT must be like https://huggingface.co but was '" + endpoint + "'");
    }

    @Test
    void of_doesNotRepeatAPasswordInTheEndpoint() {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "https://me:secret@hub.example"), HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HF_ENDPOINT must be like https://huggingface.co but was 'https://...@hub.example'");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "ON, true", "yes, true", "True, true", "0, false", "false, false", "'', false", "x, false"})
    void of_isOfflineIfToldSo(String value, boolean offline) {
        assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", value), HOME).isOffline())
                .isEqualTo(offline);
    }

    @Test
    void of_neverShowsTheToken() {
        HubSettings settings = HubSettings.of(Map.of("HF_TOKEN", " hf_secret\n"), HOME);

        assertThat(settings.token()).contains("hf_secret");
        assertThat(settings)
                .hasToString(
                        "HubSettings[endpoint=https://huggingface.co, cache=/home/me/.cache/huggingface/hub, token=set, offline=false]");
        assertThat(HubSettings.of(Map.of(), HOME).toString()).contains("token=none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf_se cret", "hf_se\ncret", "hf_sécret", "hf_se\u0000cret"})
    void of_refusesATokenThatNoHeaderCanHold(String token) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", token), HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HF_TOKEN must be a word of ASCII characters; it is not shown here");
    }
}
