package io.rapidfit.llm.grade;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Checks that a response is XML: well-formed, as XML 1.0 and Namespaces in XML have it. It is validated against nothing.
 *
 * <p>The response, or each block that Markdown fences as {@code xml}, passes with 1 or fails with 0; the reason and the metadata
 * {@code line} say where. No file and no address is ever opened and no entity expanded: what has a document type declaration is
 * an ERROR. Immutable and thread-safe.
 */
public final class XmlSyntaxCheck extends SyntaxCheck {

    private static final String NO_DOCTYPE = "http://apache.org/xml/features/disallow-doctype-decl";

    /** How messages of the JDK begin where a limit of its secure processing is exceeded. */
    private static final String LIMIT = "JAXP";

    private XmlSyntaxCheck(Builder builder) {
        super(builder);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    Optional<SyntaxError> firstError(String code) throws UnjudgeableException {
        Handler handler = new Handler();
        try {
            XMLReader reader = reader();
            reader.setContentHandler(handler);
            reader.setErrorHandler(handler); // the parser's own prints
            reader.setEntityResolver(handler);
            reader.parse(new InputSource(new StringReader(withoutLeadingBlanks(code))));
            return Optional.empty();
        } catch (SAXParseException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("DOCTYPE")) {
                throw new UnjudgeableException("it has a document type declaration, which is not read");
            }
            if (message.startsWith(LIMIT)) {
                throw new UnjudgeableException("it is out of bounds: " + message);
            }
            return Optional.of(new SyntaxError(e.getLineNumber(), message));
        } catch (SAXException e) {
            throw new UnjudgeableException("it cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read
        }
    }

    /** A declaration must be the very first thing; models put it on the second line. Keeps the numbers of the lines otherwise. */
    private static String withoutLeadingBlanks(String code) {
        String stripped = code.stripLeading();
        return stripped.startsWith("<?xml") ? stripped : code;
    }

    private static XMLReader reader() throws SAXException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance(); // not one that lies on the class path
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature(NO_DOCTYPE, true);
            return factory.newSAXParser().getXMLReader();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK's own XML parser lacks a feature", e);
        }
    }

    private static final class Handler extends DefaultHandler {

        @Override
        public InputSource resolveEntity(String publicId, String systemId) {
            return new InputSource(new StringReader(""));
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends CodeCheck.Builder<Builder> {

        private Builder() {
            super("xml-syntax", "xml");
        }

        @Override
        Builder self() {
            return this;
        }

        public XmlSyntaxCheck build() {
            return new XmlSyntaxCheck(this);
        }
    }
}
