package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import java.util.Map;
import okhttp3.HttpUrl;

/** How one provider wants to be asked, and how it answers. */
interface Protocol {

    /** Where requests for a model go. */
    HttpUrl url(HttpUrl base, String modelId);

    /** Headers that carry the key, and others that every request needs. */
    Map<String, String> headers(String apiKey);

    /**
     * The body of a request; temperature and longest answer are decided already.
     *
     * @param structured whether to ask for an answer that matches the request's schema
     */
    ObjectNode body(ChatRequest request, String modelId, boolean structured);

    /**
     * Reads an answer.
     *
     * @throws io.rapidfit.llm.LLMException if it holds no text
     */
    ChatResponse read(HttpTransport.Answer answer, String modelId);
}
