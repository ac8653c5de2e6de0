"""Given names common in the United States, to tell "our patient maria" from "our patient portal".

From the Social Security Administration's public lists of popular names, without those that are ordinary words (Will,
Mark, Grace, May, Rich) or places and months (Virginia, Savannah, April). A name that is missing here is still found
by the words around it.
"""

import re

FIRST_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    aaron abdul abigail adam adele adrian adriana agnes ahmed aisha alan albert alberto alejandra alejandro alexander
    alexandra alexis alfred alfredo ali alice alicia alison allison alma amanda amelia amir amy ana andre andrea
    andrew angela angelina anita anna anne annette annie anthony antonio aria ariana arlene armando arthur ashley
    audrey barbara beatrice ben benjamin bernard bernice bertha beth betty beverly bonnie brad bradley brandon brenda
    brent brett brian brianna bridget bruce bryan caleb camila camille carl carla carlos carmen carol caroline carolyn
    carrie catherine cathy cecilia cesar charles charlie charlotte cheryl chloe christina christine christopher cindy
    claire clara clarence claudia colleen connie craig cristina crystal curtis cynthia daisy dale dana daniel danielle
    danny darlene darryl dave david dawn deborah debra delores denise dennis derek diana diane diego dolores dominic
    donald donna dora doris dorothy douglas dustin dwayne dylan edith edna eduardo edward edwin eileen elaine eleanor
    elena eli elijah elizabeth ella ellen elsie emily emma enrique eric erica erik erin ernest esperanza esther ethan
    ethel eugene eva evan evelyn fatima felix fernando florence frances francis francisco fred frederick gabriel
    gabriela gary gerald geraldine gertrude gilbert gina gladys glenn gloria gordon greg gregory guadalupe gwendolyn
    hannah harold harriet harry hassan hazel heather hector helen henry herbert herman hiroshi holly howard hugo ian
    ibrahim ida ignacio imani irene isaac isabel isabella isaiah ismael ivan jack jackie jacob jacqueline jaime jake
    jamal james jamie jane janet janice jared jasmine jason javier jay jean jeanette jeff jeffrey jennifer jeremy
    jerome jerry jesse jessica jesus jill jim jimmy jin joan joann joanne joe joel john johnny jonathan jorge jose
    joseph josephine joshua joyce juan juana juanita judith judy julia julian julie julio justin kaitlyn karen karl
    katherine kathleen kathryn kathy katie kayla keith kelly ken kenneth kevin khadija kim kimberly kristen kristin
    kyle lakisha lan larry latoya laura lauren laurie lawrence leah lena leo leon leona leonard leroy leslie liam
    lillian linda lindsay linh lisa lloyd lois lorenzo loretta lori lorraine louis louise lucas lucia lucille lucy
    luis luke luz lydia lynn mabel madison malik manuel marcia marcus margaret margarita maria marian marianne marie
    marilyn mario marion marjorie marlene marsha martha martin marvin mary mateo matthew maureen maurice megan mei
    melanie melissa melvin mercedes mia michael michele michelle miguel mike mildred minh miriam mohamed mohammed
    molly monica monique muhammad myrtle nadia nancy naomi natalie nathan nathaniel neil nicholas nicole nina noah
    noel nora norma norman olga olivia omar oscar pamela patricia patrick paul paula pauline pedro peggy peter phillip
    phyllis priya rachel rafael ralph ramon ramona randall randy raul ravi raymond rebecca regina renee rhonda ricardo
    richard rita robert roberta roberto robin rodney roger ronald rosa rosalie rosemary roy ruben russell ruth ryan
    sabrina sally salvador samantha samuel sandra sanjay sara sarah scott sean sergio shannon sharon sheila shirley
    sofia sonia sophia stacy stanley stephanie stephen steve steven stuart sue susan suzanne sylvia tamara tammy tanya
    teresa terry thelma theodore theresa thomas tiffany tim timothy tina todd tom tony tracy travis troy tyler tyrone
    valerie vanessa vera verna vernon veronica vicki victor victoria vincent viola vivian walter wanda wayne wei wendy
    wesley wilbur wilma xavier yesenia yolanda yusuf yvonne zachary zainab zoe
        """,
    )
)
