package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options are refused, before anything is sent. */
class ProviderBuilderTest {

    private static final String KEY = "sk-canary-7f3a9b2c5d1e";

    private static ProviderBuilder<?> builder() {
        ProviderBuilder<?> builder = Provider.OPENAI.builder();
        builder.apiKey(KEY);
        return builder;
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, OpenAIChatModel, gpt-4.1-mini, api.openai.com",
        "ANTHROPIC, AnthropicChatModel, claude-sonnet-4-6, api.anthropic.com",
        "GEMINI, GeminiChatModel, gemini-2.5-flash, generativelanguage.googleapis.com"
    })
    void defaults_areTheProvidersOwn(Provider provider, String name, String modelId, String host) {
        ProviderBuilder<?> builder = provider.builder();
        builder.apiKey(KEY);

        ChatModel model = provider.build(builder);

        assertThat(model.modelId()).isEqualTo(modelId);
        assertThat(model).hasToString(name + "[" + modelId + " at " + host + " under a policy]");
        assertThat(builder.maxTokens).isEqualTo(4096);
        assertThat(builder.temperature).isNull();
        assertThat(builder.structuredOutput).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void build_withoutAKeySaysHowToGiveOne(Provider provider) {
        assertThatThrownBy(() -> provider.build(provider.builder()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("apiKey is required")
                .hasMessageContaining("fromEnvironment()")
                .hasMessageContaining(provider.keyVariable);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void fromEnvironment_takesTheProvidersVariable(Provider provider) {
        ProviderBuilder<?> builder = provider.builder();
        builder.environment = Map.of(provider.keyVariable, KEY + "\n")::get;

        builder.fromEnvironment();

        assertThatCode(() -> provider.build(builder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void fromEnvironment_namesTheVariableThatIsMissing(Provider provider) {
        for (Map<String, String> environment :
                java.util.List.of(Map.<String, String>of(), Map.of(provider.keyVariable, " \n"))) {
            ProviderBuilder<?> builder = provider.builder();
            builder.environment = environment::get;

            assertThatThrownBy(builder::fromEnvironment)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the environment variable " + provider.keyVariable + " is not set");
        }
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void fromEnvironment_doesNotShowAKeyThatIsBroken(Provider provider) {
        ProviderBuilder<?> builder = provider.builder();
        builder.environment = Map.of(provider.keyVariable, KEY + "\nOTHER=1")::get;

        assertThatIllegalArgumentException()
                .isThrownBy(builder::fromEnvironment)
                .withMessageContaining(provider.keyVariable)
                .withMessageNotContaining("canary")
                .withNoCause();
    }

    @ParameterizedTest
    @MethodSource
    void apiKey_thatCannotTravelIsRefusedWithoutShowingIt(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().apiKey(key))
                .withMessageContaining("apiKey")
                .withMessageNotContaining("canary")
                .withNoCause();
    }

    static Stream<String> apiKey_thatCannotTravelIsRefusedWithoutShowingIt() {
        return Stream.of(
                KEY + "\nX-Injected: 1",
                KEY + "\r\nX: 1",
                KEY + "\u0000x",
                KEY + "\u00E9",
                "\uFEFF" + KEY,
                KEY + "\u00A0",
                KEY + "\tx",
                KEY + "\u007F",
                "\u201C" + KEY + "\u201D",
                "",
                " \n\t ");
    }

    @Test
    void apiKey_isRequiredNotToBeNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().apiKey(null))
                .withMessage("apiKey must not be null");
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, KEY + "\n", KEY + "\r\n", "  " + KEY + "  "})
    void apiKey_isStripped(String key) {
        assertThat(Secrets.requireHeaderValue("apiKey", key)).isEqualTo(KEY);
    }

    @Test
    void header_thatCannotTravelIsRefusedWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().header("X-A", KEY + "\nX-Injected: 1"))
                .withMessageContaining("header X-A")
                .withMessageNotContaining("canary");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().header(" ", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().header("X-A", " "));
    }

    @Test
    void toString_ofEverythingShowsNoSecret() {
        ProviderBuilder<?> builder = builder();
        builder.header("X-A", "hdr-canary-0123456789");
        Secrets secrets = new Secrets(java.util.List.of(KEY));

        assertThat(builder.toString() + Provider.OPENAI.build(builder) + secrets)
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8000/v1",
                "http://127.0.0.1",
                "http://127.8.9.1/",
                "http://127.1",
                "http://2130706433/v1", // 127.0.0.1 as one number
                "http://[::1]:8000",
                "http://[0:0:0:0:0:0:0:1]",
                "http://[::ffff:127.0.0.1]/",
                "http://localhost",
                "http://LOCALHOST:11434/v1",
                "HTTP://127.0.0.1",
                "https://anything.example",
                "https://127.0.0.1"
            })
    void baseUrl_onThisMachineOrHttpsIsAccepted(String baseUrl) {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl(baseUrl);

        assertThatCode(() -> Provider.OPENAI.build(builder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.openai.com/v1",
                "http://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "http://localhost.example",
                "http://evil-localhost",
                "http://evillocalhost/",
                "http://0.0.0.0:8000",
                "http://[::]",
                "http://[::2]",
                "http://[::ffff:8.8.8.8]",
                "http://128.0.0.1",
                "http://126.255.255.255",
                "http://0127.0.0.1.2",
                "http://2130706432.example",
                "http://134744072", // 8.8.8.8 as one number
                "http://10.0.0.1",
                "http://192.168.0.1:11434",
                "http://[fe80::1]",
                "http://host.docker.internal:11434",
                "http:/\\evil.example",
                "http://\u217Docalhost.example"
            })
    void baseUrl_elsewhereWithoutEncryptionIsRefused(String baseUrl) {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl(baseUrl);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Provider.OPENAI.build(builder))
                .withMessageContaining("is not https")
                .withMessageContaining("allowInsecureHttp(true)")
                .withMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1.1", "1.1.1.1.1", "999.0.0.1", "127..0.1", "4294967296", "99999999999999999999"})
    void baseUrl_ofDigitsThatAreNoAddressIsNotLookedUp(String host) throws Exception {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl("http://" + host);

        assertThatIllegalArgumentException().isThrownBy(() -> Provider.OPENAI.build(builder));
        assertThat(ProviderBuilder.isAddress(host)).isFalse();
    }

    @Test
    void baseUrl_thatIsRefusedIsShownAsItsHostOnly() {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl("http://evil.example/path-canary#fragment-canary");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Provider.OPENAI.build(builder))
                .withMessageContaining("http://evil.example")
                .withMessageNotContaining("canary");
    }

    @Test
    void baseUrl_elsewhereIsAcceptedIfAllowedByName() {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl("http://models.internal:8000/v1").allowInsecureHttp(true);

        assertThatCode(() -> Provider.OPENAI.build(builder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:pw-canary@api.example/v1",
                "https://user-canary@api.example/v1",
                "https://:pw-canary@api.example/v1",
                "https://api.example/v1?key=q-canary",
                "https://api.example/v1?q-canary",
                "https://api.example/?",
                "http://user:pw-canary@127.0.0.1/",
                "ftp://api.example/canary",
                "file:///canary",
                "api.example/canary",
                "https://",
                "https:// canary",
                "https://a b-canary/",
                "canary"
            })
    void baseUrl_withUserOrQueryOrNoneAtAllIsRefusedWithoutPrintingIt(String baseUrl) {
        ProviderBuilder<?> builder = builder();
        builder.baseUrl(baseUrl);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Provider.OPENAI.build(builder))
                .withMessageContaining("baseUrl must be")
                .withMessageNotContaining("canary")
                .withNoCause();
    }

    @Test
    void options_areCheckedWhenTheyAreSet() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().baseUrl(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().modelId(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(-0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(2.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxTokens(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().bodyField(" ", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().bodyField("a", null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().policy(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000000001S", "PT0.0009S", "PT600H", "PT2562047788015215H"})
    void timeout_thatTheClientCannotCountIsRefusedWhenItIsSet(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().timeout(timeout))
                .withMessageContaining("timeout must be in [PT0.001S, PT576H]");
    }

    @Test
    void maxConcurrency_isThePolicys() {
        assertThat(OpenAIChatModel.builder()
                        .baseUrl("http://localhost:1/v1")
                        .policy(CallPolicy.builder().maxConcurrency(5).build())
                        .build()
                        .maxConcurrency())
                .isEqualTo(5);
    }
}
