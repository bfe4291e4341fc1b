insert into Country (code, name, capital, continent) select code, country, capital, continent from csvread('classpath:countries.tsv', null, 'charset=UTF-8 fieldSeparator=' || char(9));
