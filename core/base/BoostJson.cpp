// The code of Boost.JSON, which is header-only: compiled here and nowhere else (target chat_boost_json).
#include <boost/json/src.hpp>
