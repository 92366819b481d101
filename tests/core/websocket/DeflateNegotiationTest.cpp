#include <cppunit/extensions/HelperMacros.h>

#include <vector>

#include "websocket/DeflateNegotiation.h"

namespace chat::websocket {
namespace {

struct Row {
  std::string offers;
  std::string answer;  // empty: declined
};

std::string negotiated(const std::string& offers, const DeflateOptions& options) {
  const auto parsed = parseExtensions(offers);
  CPPUNIT_ASSERT_MESSAGE(offers, parsed.has_value());
  const auto accepted = negotiateDeflate(*parsed, options);
  return accepted ? accepted->answer : std::string();
}

void holds(const std::vector<Row>& rows, const DeflateOptions& options) {
  for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.offers, row.answer, negotiated(row.offers, options));
}

DeflateOptions generous() {
  DeflateOptions options;
  options.enabled = true;
  options.serverNoContextTakeover = false;
  return options;
}

}  // namespace

class DeflateNegotiationTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DeflateNegotiationTest);
  CPPUNIT_TEST(offOffersNothing);
  CPPUNIT_TEST(whatIsOfferedIsServed);
  CPPUNIT_TEST(invalidOffersAreDeclined);
  CPPUNIT_TEST(theServersOptionsCount);
  CPPUNIT_TEST(theAgreementIsWhatTheAnswerSays);
  CPPUNIT_TEST(listsOfExtensions);
  CPPUNIT_TEST(listsOfSubprotocols);
  CPPUNIT_TEST_SUITE_END();

 public:
  void offOffersNothing() { holds({{"permessage-deflate", ""}}, DeflateOptions{}); }

  void whatIsOfferedIsServed() {
    holds({{"permessage-deflate", "permessage-deflate"},
           {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
           {"permessage-deflate; client_max_window_bits=15", "permessage-deflate; client_max_window_bits=15"},
           {"permessage-deflate; client_max_window_bits=\"8\"", "permessage-deflate; client_max_window_bits=8"},
           {"permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8"},
           {"permessage-deflate;server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"},
           {"permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
           {"permessage-deflate; client_max_window_bits=9; server_max_window_bits=10; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9"},
           {"permessage-bzip2, permessage-deflate", "permessage-deflate"},
           // The first acceptable offer.
           {"permessage-deflate; what=ever, permessage-deflate; server_max_window_bits=9, permessage-deflate",
            "permessage-deflate; server_max_window_bits=9"}},
          generous());
  }

  void invalidOffersAreDeclined() {
    for (const std::string parameters :
         {"server_no_context_takeover=1", "client_no_context_takeover=true",
          "server_no_context_takeover; server_no_context_takeover", "server_max_window_bits",
          "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=08",
          "server_max_window_bits=+9", "server_max_window_bits=9; server_max_window_bits=9", "client_max_window_bits=7",
          "client_max_window_bits=16", "client_max_window_bits=015", "client_max_window_bits=99999999999",
          "client_max_window_bits; client_max_window_bits=9", "compression_level=9", "Server_No_Context_Takeover"}) {
      holds({{"permessage-deflate; " + parameters, ""}}, generous());
    }
    holds({{"", ""}, {"x-webkit-deflate-frame", ""}, {"Permessage-Deflate", ""}}, generous());
  }

  void theServersOptionsCount() {
    auto options = generous();
    options.serverNoContextTakeover = options.clientNoContextTakeover = true;
    holds({{"permessage-deflate", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"}},
          options);
    options = generous();
    options.serverMaxWindowBits = 12;
    holds({{"permessage-deflate", "permessage-deflate; server_max_window_bits=12"},
           {"permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10"},
           {"permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=12"}},
          options);
    options = generous();
    options.clientMaxWindowBits = 10;
    holds({{"permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=10"},
           {"permessage-deflate; client_max_window_bits=12", "permessage-deflate; client_max_window_bits=10"},
           {"permessage-deflate; client_max_window_bits=9", "permessage-deflate; client_max_window_bits=9"},
           // This client would need a context of 32 KiB, and its window can't be limited.
           {"permessage-deflate", ""},
           // This client needs no context, however large its window.
           {"permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"}},
          options);
  }

  void theAgreementIsWhatTheAnswerSays() {
    const auto offers = parseExtensions(
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=11");
    const auto accepted = negotiateDeflate(*offers, generous());
    CPPUNIT_ASSERT(accepted->agreement == (DeflateAgreement{true, false, 9, 11}));
  }

  void listsOfExtensions() {
    for (const auto* text : {"a", "a;b", "a; b=c", "a; b=\"c\"", "a;b,c", " a ; b = c , d ", ",a,,b,", ""}) {
      CPPUNIT_ASSERT_MESSAGE(text, parseExtensions(text).has_value());
    }
    for (const auto* text : {"a;", "a b", "a;;b", "a;b=", "a; b=\"\"", "a; b=\"c", "a; b=\"c d\"", "a; b=\"c\\", "=a",
                             "a@b", "a;b=c=d", "a/b"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !parseExtensions(text).has_value());
    }
    CPPUNIT_ASSERT_EQUAL(std::string("c"), *parseExtensions("a; b=\"\\c\"")->front().parameters.front().value);
  }

  void listsOfSubprotocols() {
    using Names = std::vector<std::string_view>;
    CPPUNIT_ASSERT(*parseSubprotocols("chat.v2, chat.v1") == (Names{"chat.v2", "chat.v1"}));
    CPPUNIT_ASSERT(*parseSubprotocols("") == Names{});
    for (const auto* text : {"a b", "a,a", "a;b", "\"a\""}) CPPUNIT_ASSERT_MESSAGE(text, !parseSubprotocols(text));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeflateNegotiationTest);

}  // namespace chat::websocket
