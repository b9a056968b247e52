// A second reading of the signing rule, on nothing but the JDK; it made hard-signatures.tsv:
//
//     java Sign.java > hard-signatures.tsv
//
// Every run makes the same file. One line is one request: case, secret, query as sent, text that is signed, signature.

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Sign {
    static final String[] SHARDS = {
        "a", "Z", "0", ".", "-", "_", "*", "~", "+", " ", "%", "%41", "&", "=", "?", "#", "/", "\\", "'", "\"", "<", ">",
        "[", "]", "[0].", "{", "}", "|", "^", "`", "!", "$", "(", ")", ",", ";", ":", "@", "\t", "\n", "\r\n", "\0", "\u0001",
        "\u001f", "\u007f", "\u0080", "\u00a0", "\u00df", "\u00e9", "e\u0301", "\u0130", "\u0131", "\u01c5", "\u03a3",
        "\u2028", "\u202e", "\u212a", "\u4e2d\u6587", "\ufeff", "\uff5e", "\ufffd", "\ud83d\udc12", "\ud834\udd1e", "\udbff\udfff"
    };
    static final String[] NAMES = {
        "name", "names", "Name", "NAME", "nam", "displayname", "displayName", "Display", "domain", "domainid", "domainId",
        "domaina", "details[0].cpuNumber", "details[0].memory", "details[10].memory", "details[2].memory", "iptonetworklist[0].ip",
        "ipToNetworkList[0].ip", "tags[0].key", "tags[0].value", "tags[00].key", "a", "A", "a.b", "a-b", "a_b", "a~b", "a b", "a+b",
        "a%b", "z[", "z]", "zone", "Zone", "\u00e9", "e\u0301", "\u0130d", "\uff5e", "\ud83d\udc12", "response", "Response", "id", "ids"
    };

    static long seed = 2013;

    static int roll(int sides) {
        seed = seed * 6364136223846793005L + 1442695040888963407L;
        return (int) ((seed >>> 33) % sides);
    }

    static String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) text.append(SHARDS[roll(SHARDS.length)]);
        return text.toString();
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static void print(String name, String secret, List<String[]> params) throws Exception {
        StringBuilder query = new StringBuilder();
        for (String[] pair : params) query.append(query.length() > 0 ? "&" : "").append(escape(pair[0])).append('=').append(escape(pair[1]));
        List<String[]> sorted = new ArrayList<>(params);
        sorted.sort((a, b) -> a[0].compareTo(b[0]));
        StringBuilder text = new StringBuilder();
        for (String[] pair : sorted) text.append(text.length() > 0 ? "&" : "").append(pair[0]).append('=').append(escape(pair[1]));
        String signed = text.toString().toLowerCase(Locale.ROOT);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        System.out.write(String.join("\t", name, secret, query, signed, signature).concat("\n").getBytes(StandardCharsets.UTF_8));
    }

    static List<String[]> params(String... flat) {
        List<String[]> pairs = new ArrayList<>();
        pairs.add(new String[] {"command", "updateVirtualMachine"});
        pairs.add(new String[] {"apiKey", "AbC-" + roll(1000)});
        for (int i = 0; i < flat.length; i += 2) pairs.add(new String[] {flat[i], flat[i + 1]});
        return pairs;
    }

    public static void main(String[] none) throws Exception {
        System.out.println("# Signed requests, one per line, with tabs between: case, secret key, query as sent, text that is signed, signature.");
        System.out.println("# Made by Sign.java beside this file.");
        int number = 0;
        for (String shard : SHARDS) {
            print("shard_alone_" + number, "s3cr3t", params("displayname", shard, "empty", ""));
            print("shard_between_" + number++, "s3cr3t", params("displayname", "mY " + shard + shard + "vM"));
        }
        for (int length = 1; length < 70; length++) {
            // The text ends at every place of a block, and so does the key.
            print("length_" + length, "k".repeat(length), params("name", "v".repeat(length)));
        }
        for (int i = 0; i < 160; i++) {
            LinkedHashMap<String, String> pairs = new LinkedHashMap<>();
            for (int n = roll(9); n >= 0; n--) pairs.put(NAMES[roll(NAMES.length)], text(roll(7)));
            List<String[]> params = params();
            pairs.forEach((name, value) -> params.add(new String[] {name, value}));
            Collections.swap(params, 0, roll(params.size()));
            print("mixed_" + i, "key-" + text(roll(4)).replaceAll("[\\t\\n\\r]", "?"), params);
        }
    }
}
