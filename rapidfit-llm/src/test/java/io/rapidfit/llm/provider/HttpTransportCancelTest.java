package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.LLMCancelledException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HttpTransportCancelTest {

    /** The server goes on and may charge for it: a budget must count it. */
    @Test
    void chat_interruptedAfterTheRequestWasSentMayHaveBeenBilled() throws Exception {
        try (MockWebServer server = new MockWebServer()) {
            server.enqueue(new MockResponse.Builder()
                    .headersDelay(1, TimeUnit.HOURS)
                    .body("{}")
                    .build());
            server.start();
            ChatModel model = OpenAIChatModel.builder()
                    .apiKey("k")
                    .baseUrl(server.url("/v1").toString())
                    .policy(CallPolicy.builder().retryMaybeBilled(true).build())
                    .build();
            FutureTask<LLMCancelledException> task = new FutureTask<>(
                    () -> catchThrowableOfType(LLMCancelledException.class, () -> model.chat(ChatRequest.of("hello"))));
            Thread caller = new Thread(task);
            caller.start();
            server.takeRequest();

            caller.interrupt();

            assertThat(task.get().mayHaveBeenBilled()).isTrue();
            assertThat(task.get().lostAttempts()).isEqualTo(1);
            assertThat(server.getRequestCount()).isEqualTo(1);
        }
    }
}
