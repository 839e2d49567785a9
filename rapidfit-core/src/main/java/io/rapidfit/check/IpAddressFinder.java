package io.rapidfit.check;

/** IPv4 addresses with a dot, and IPv6 addresses in the forms of RFC 4291; without port, prefix length and zone. */
final class IpAddressFinder implements PersonalDataFinder {

    private static final int MAX_IPV6 = 45;

    private static final WordSet ADDRESS = WordSet.of("""
            ip ips ipv4 ipv ipaddress host hosts server servers address addresses addr gateway dns subnet client \
            proxy router firewall vpn login ping traceroute adresse direccion endereco indirizzo
            """);

    private static final WordSet VERSION = WordSet.of("""
            version versions ver release released build builds firmware update updated upgrade upgraded downgrade \
            patch patched changelog rev revision section chapter clause article paragraph figure table appendix annex \
            rule step item version versión versão versione sürüm oid \
            الإصدار إصدار версия 版本
            """);

    @Override
    public void find(FoldedText text, Sink sink) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            if (FoldedText.isDigit(c) && !text.isDigit(i - 1)) {
                int end = ipv4(text, i, sink);
                i = end > 0 ? end - 1 : i;
            } else if (c == ':' && text.at(i - 1) != ':') {
                int end = ipv6(text, i, sink);
                i = end > 0 ? end - 1 : i;
            }
        }
    }

    private static int ipv4(FoldedText text, int start, Sink sink) {
        int end = ipv4End(text, start);
        if (end < 0 || !starts(text, start) || (!text.endsHere(end) && text.at(end) != ':' && text.at(end) != '/')) {
            return -1;
        }
        String[] octets = text.substring(start, end).split("\\.", -1);
        int first = Integer.parseInt(octets[0]);
        if (first == 0 || first == 127 || first >= 224) { // this network, loopback, multicast, masks
            return -1;
        }
        Surroundings.Says says = Surroundings.of(text, start, end, ADDRESS, VERSION);
        boolean small = end - start <= 8 && first != 10; // one digit almost everywhere: a version, or a section
        if (says == Surroundings.Says.NO || (small && says != Surroundings.Says.YES)) {
            return -1;
        }
        sink.found(PersonalDataKind.IP_ADDRESS, start, end, "IPv4");
        return end;
    }

    private static boolean starts(FoldedText text, int start) {
        char before = text.at(start - 1);
        if (before == '/') {
            return !FoldedText.isAsciiLetter(text.at(start - 2)); // no name/1.2.3.4
        }
        if (before == ':') {
            return text.at(start - 2) != ':' && !text.isDigit(start - 2);
        }
        return text.startsHere(start);
    }

    /** -1 if there are no four octets. */
    private static int ipv4End(FoldedText text, int start) {
        int i = start;
        for (int octet = 0; octet < 4; octet++) {
            if (octet > 0 && text.at(i++) != '.') {
                return -1;
            }
            int from = i;
            int value = 0;
            while (text.isDigit(i) && i - from < 4) {
                value = 10 * value + text.at(i) - '0';
                i++;
            }
            boolean leadingZero = i - from > 1 && text.at(from) == '0';
            if (i == from || value > 255 || leadingZero) {
                return -1;
            }
        }
        return i;
    }

    private static boolean isHex(char c) {
        return FoldedText.isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** Of the address whose first colon is given. */
    private static int ipv6(FoldedText text, int colon, Sink sink) {
        int start = colon;
        while (isHex(text.at(start - 1)) && colon - start <= 4) {
            start--;
        }
        if (text.joins(start - 1) || text.at(start - 1) == ':' || text.at(start - 1) == '.') {
            return -1;
        }
        int limit = start;
        while (limit - start <= MAX_IPV6 && (isHex(text.at(limit)) || text.at(limit) == ':' || text.at(limit) == '.')) {
            limit++;
        }
        int end = limit;
        while (end > colon && (text.at(end - 1) == '.' || (text.at(end - 1) == ':' && text.at(end - 2) != ':'))) {
            end--; // of the sentence
        }
        if (end - start > MAX_IPV6 || text.joins(end) || (text.at(end) == '-' && text.joins(end + 1))) {
            return -1;
        }
        if (!isIpv6(text, start, end)) {
            return -1;
        }
        sink.found(PersonalDataKind.IP_ADDRESS, start, end, "IPv6");
        return end;
    }

    private static boolean isIpv6(FoldedText text, int start, int end) {
        int groups = 0;
        boolean gap = false;
        boolean pairs = true; // as in the hardware address of a device
        boolean digits = false;
        int firstLength = -1;
        int i = start;
        while (i < end) {
            if (text.at(i) == ':') {
                if (text.at(i + 1) == ':') {
                    if (gap) {
                        return false;
                    }
                    gap = true;
                    i += 2;
                } else if (groups == 0 || i + 1 == end) {
                    return false;
                } else {
                    i++;
                }
                if (text.at(i) == ':') {
                    return false;
                }
                continue;
            }
            int from = i;
            while (i < end && isHex(text.at(i))) {
                digits |= text.isDigit(i);
                i++;
            }
            if (text.at(i) == '.' && i < end) {
                return ipv4End(text, from) == end && (gap ? groups <= 5 : groups == 6);
            }
            if (i - from < 1 || i - from > 4) {
                return false;
            }
            firstLength = firstLength < 0 ? i - from : firstLength;
            pairs &= i - from == 2;
            groups++;
        }
        if (gap) {
            // not Foo::Bar, 1::2 or the loopback address ::1
            return groups >= 2 && groups <= 7 && digits && firstLength >= 3;
        }
        return groups == 8 && !pairs && digits;
    }
}
