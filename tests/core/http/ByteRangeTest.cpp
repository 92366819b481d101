#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "http/ByteRange.h"

using namespace chat::http;

namespace {

std::string shown(const RangeRequest& range) {
  if (std::holds_alternative<WholeRange>(range)) return "whole";
  if (std::holds_alternative<UnsatisfiableRange>(range)) return "outside";
  const auto& part = std::get<ByteRange>(range);
  return std::to_string(part.first) + '-' + std::to_string(part.last);
}

}  // namespace

class ByteRangeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ByteRangeTest);
  CPPUNIT_TEST(readsRanges);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsRanges() {
    struct Row {
      const char* field;
      const char* range;
    };
    for (const Row& row : {
             Row{"", "whole"},
             Row{"bytes=0-0", "0-0"},
             Row{"Bytes=2-5", "2-5"},
             Row{"bytes=2-", "2-9"},
             Row{"bytes=2-99", "2-9"},
             Row{"bytes=-3", "7-9"},
             Row{"bytes=-99", "0-9"},
             Row{"bytes=9-99999999999999999999999", "9-9"},
             Row{"bytes=10-", "outside"},
             Row{"bytes=99999999999999999999999-", "outside"},
             Row{"bytes=-0", "outside"},
             Row{"bytes=5-2", "whole"},
             Row{"bytes=0-1,3-4", "whole"},
             Row{"bytes=-", "whole"},
             Row{"bytes=a-b", "whole"},
             Row{"bytes=+1-2", "whole"},
             Row{"lines=0-1", "whole"},
             Row{"bytes", "whole"},
         }) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.field, std::string(row.range), shown(parseRange(row.field, 10)));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("outside"), shown(parseRange("bytes=0-", 0)));
    CPPUNIT_ASSERT_EQUAL(std::string("outside"), shown(parseRange("bytes=-1", 0)));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ByteRangeTest);
