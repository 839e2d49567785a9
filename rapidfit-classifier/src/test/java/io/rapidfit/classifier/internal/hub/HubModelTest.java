package io.rapidfit.classifier.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubModelTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert-base-uncased",
                "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
                "org/v1.5",
                "_org/name_",
                "a/b"
            })
    void new_acceptsTheHubsNames(String name) {
        assertThat(HubModel.of(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "a/b/c",
                "/a",
                "a/",
                "..",
                "../a",
                "a/..",
                "a..b",
                "a--b",
                "a/-b",
                "a.",
                ".a",
                "a b",
                "a\\b",
                "a\n",
                "a?b",
                "a#b",
                "a%2fb",
                "ä",
                "https://huggingface.co/a"
            })
    void new_refusesOtherNames(String name) {
        assertThatThrownBy(() -> HubModel.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("name must ");
    }

    @Test
    void new_refusesANameThatIsTooLong() {
        assertThat(HubModel.of("a".repeat(96)).name()).hasSize(96);
        assertThatThrownBy(() -> HubModel.of("a".repeat(97))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "v1.0", "refs/pr/1", "feature/x_y-z", "0123456789abcdef0123456789abcdef01234567"})
    void new_acceptsRevisions(String revision) {
        assertThat(new HubModel("a", revision).revision()).isEqualTo(revision);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "", "..", "../x", "a/../b", "/a", "a/", "a//b", ".git", "a/.b", "a b", "a:b", "a\\b", "a\n", "a?", "-a"
            })
    void new_refusesOtherRevisions(String revision) {
        assertThatThrownBy(() -> new HubModel("a", revision))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("revision must ");
    }

    @Test
    void of_isTheMainBranch() {
        assertThat(HubModel.of("a/b")).isEqualTo(new HubModel("a/b", "main")).hasToString("a/b@main");
    }
}
