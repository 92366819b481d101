#include <cppunit/extensions/HelperMacros.h>

#include <cmath>
#include <string>

#include "socketio/Placeholders.h"

namespace chat::socketio {

class PlaceholdersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PlaceholdersTest);
  CPPUNIT_TEST(eachStandsForAnAttachment);
  CPPUNIT_TEST(otherObjectsAreNotPlaceholders);
  CPPUNIT_TEST(numbersAreAsJsonParseHasThem);
  CPPUNIT_TEST(depthCostsNoTime);
  CPPUNIT_TEST_SUITE_END();

 public:
  void eachStandsForAnAttachment() {
    for (const auto* json : {
             "",
             "1",
             R"("_placeholder",true,"num",9)",
             R"({"_placeholder":true,"num":0})",
             R"({"_placeholder":true,"num":1}, {"num":0,"_placeholder":true})",
             R"([{"a":[{"_placeholder":true,"num":1,"more":{"num":7}}]}])",
             R"({"_placeholder":true,"num":9,"num":1})",
             R"({"_placeholder":true,"num":0.0})",
             // These are not placeholders.
             R"({"_placeholder":false,"num":9})",
             R"({"_placeholder":"true","num":9})",
             R"({"_placeholder":true,"num":9,"_placeholder":null})",
             R"({"_placeholder":true,"_placeholder":{"num":9}})",
             R"({"x":{"_placeholder":1},"num":9})",
             R"({"a":"_placeholder","num":9})",
             R"({"_placeholder":[true],"num":9})",
         }) {
      CPPUNIT_ASSERT_MESSAGE(json, placeholdersFit(json, 2));
    }
  }

  void otherObjectsAreNotPlaceholders() {
    for (const auto* json : {
             R"({"_placeholder":true,"num":2})",
             R"({"_placeholder":true,"num":-1})",
             R"({"_placeholder":true,"num":0.5})",
             R"({"_placeholder":true,"num":1e999})",
             R"({"_placeholder":true,"num":"0"})",
             R"({"_placeholder":true,"num":null})",
             R"({"_placeholder":true,"num":[0]})",
             R"({"_placeholder":true})",
             R"({"num":0,"_placeholder":true,"num":{}})",
             R"({"_plac\u0065holder":true,"n\u0075m":2})",
             R"({"_placeholder":false,"num":2,"_placeholder":true})",
             R"(1,[[{"k":{"_placeholder" : true , "num" : 2}}]])",
         }) {
      CPPUNIT_ASSERT_MESSAGE(json, !placeholdersFit(json, 2));
    }
  }

  void numbersAreAsJsonParseHasThem() {
    CPPUNIT_ASSERT_EQUAL(-1.5e-3, jsonNumber("-1.5e-3"));
    CPPUNIT_ASSERT(std::isinf(jsonNumber("1e999")));
    CPPUNIT_ASSERT_EQUAL(0.0, jsonNumber("0." + std::string(400, '0') + "1"));
  }

  void depthCostsNoTime() {
    const std::string nested = std::string(1000, '[') + R"({"_placeholder":true,"num":2})" + std::string(1000, ']');
    CPPUNIT_ASSERT(!placeholdersFit(nested, 2));
    CPPUNIT_ASSERT(placeholdersFit(nested, 3));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlaceholdersTest);

}  // namespace chat::socketio
