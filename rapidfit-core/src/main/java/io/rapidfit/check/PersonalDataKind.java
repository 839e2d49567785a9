package io.rapidfit.check;

/**
 * What {@link PersonalData} looks for, most specific first. Names of people, postal addresses and dates of birth are not
 * among them: no rule tells them from other words and dates.
 */
public enum PersonalDataKind {
    /** An address with a domain of two labels or more, also an international one. Not {@code user@localhost}. */
    EMAIL,
    /** A bank account number of ISO 13616: known country, its length and pattern, right check digits. */
    IBAN,
    /** A payment card number: prefix and length of a known network, right check digit. */
    CARD,
    /**
     * A number that a state gives to a person: US SSN, UK NINO, Spanish DNI and NIE, Italian codice fiscale, German
     * Steuer-ID, French NIR, Indian Aadhaar, Brazilian CPF, Saudi and Egyptian identity numbers.
     */
    NATIONAL_ID,
    /** IPv4 or IPv6; not those that name no one, such as 127.0.0.1, ::1 and network masks. */
    IP_ADDRESS,
    /** International or national; the latter by its shape, by the words around it, or by the regions that are set. */
    PHONE,
    /** A key, token or password: by its known form, or by what it looks like next to a word that says so. */
    SECRET
}
