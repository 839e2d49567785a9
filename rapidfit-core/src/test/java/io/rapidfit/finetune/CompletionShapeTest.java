package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rapidfit.finetune.CompletionShape.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionShapeTest {

    private static final CompletionShape SHAPE = CompletionShape.builder()
            .choice("label", List.of("b", "a"))
            .optional("confidence", Type.NUMBER)
            .optional("age", Type.INTEGER)
            .optional("why", Type.STRING)
            .optional("sure", Type.BOOLEAN)
            .optional("tags", Type.LIST)
            .optional("more", Type.OBJECT)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'label':'a'}",
                " {'label':'b','confidence':1e-3,'age':3,'why':'','sure':false,'tags':[],'more':{}} ",
                "{'label':'b','age':3.0}",
                "{'label':'b','age':1e999999999}"
            })
    void problem_isNoneForWhatFits(String completion) {
        assertThat(SHAPE.problem(completion.replace('\'', '"'))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a | is not valid JSON",
                "`` | is not valid JSON",
                "['a'] | is no JSON object",
                "{'label':'a'} {} | is not valid JSON",
                "{'label':'a','label':'b'} | is not valid JSON",
                "{} | lacks \"label\"",
                "{'label':null} | \"label\" must be a string",
                "{'label':'c'} | \"label\" is none of [a, b]",
                "{'label':'A'} | \"label\" is none of [a, b]",
                "{'label':'a','confidence':'0.5'} | \"confidence\" must be a number",
                "{'label':'a','age':3.5} | \"age\" must be a whole number",
                "{'label':'a','age':'3'} | \"age\" must be a whole number",
                "{'label':'a','why':null} | \"why\" must be a string",
                "{'label':'a','sure':0} | \"sure\" must be true or false",
                "{'label':'a','tags':{}} | \"tags\" must be a list",
                "{'label':'a','more':[]} | \"more\" must be an object",
                "{'label':'a','x':1} | has a member beside [label, confidence, age, why, sure, tags, more]"
            })
    void problem_saysWhatDoesNotFit(String completion, String problem) {
        assertThat(SHAPE.problem(completion.replace('\'', '"')))
                .hasValueSatisfying(found -> assertThat(found).startsWith(problem));
    }

    @Test
    void allowOthers_letsUnnamedMembersBe() {
        CompletionShape shape = CompletionShape.builder()
                .required("label", Type.STRING)
                .allowOthers(true)
                .build();

        assertThat(shape.problem("{\"label\":\"a\",\"x\":1}")).isEmpty();
        assertThat(shape.problem("{\"x\":1}")).hasValue("lacks \"label\"");
    }

    @Test
    void build_refusesWhatDoesNotFit() {
        assertThatIllegalStateException()
                .isThrownBy(() -> CompletionShape.builder().build())
                .withMessageContaining("member");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> CompletionShape.builder().required("a", Type.LIST).optional("a", Type.LIST))
                .withMessageContaining("has \"a\" already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CompletionShape.builder().choice("a", List.of()))
                .withMessageContaining("number of choices");
    }
}
